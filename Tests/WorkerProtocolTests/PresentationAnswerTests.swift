import NotificationModel
import NotificationViews
import Testing
import WorkerProtocol

/// What a host believes of an answer to a request: all that a plugin can make, and nothing else.
struct PresentationAnswerTests {
  /// A view with every kind of element.
  static func view() throws -> NotificationView {
    var view = NotificationView()
    view.title = "Title"
    view.actions = [
      NotificationAction(
        identifier: "reply", title: "Reply", options: [.destructive, .foreground],
        textInput: .init(placeholder: "p", buttonTitle: "b"))
    ]
    for element in elements { try view.append(element) }
    return view
  }

  static let elements: [ViewElement] = [
    .text([.init("a", isBold: true), .init("b", isItalic: true, isMonospaced: true)], .caption, .start),
    .image(.init(attachment: "i", caption: "c")),
    .fields([.init(label: "l", value: "v")]),
    .progress(value: 0.25, label: "quarter"),
    .timeline([.init(title: "t", detail: "d", time: "9:41", state: .current)]),
    .places([
      .init(name: "n", detail: "", latitude: -90, longitude: 180),
      .init(name: "m", detail: "", latitude: nil, longitude: nil),
    ]),
    .conversation([.init(sender: "s", text: "x", time: "", isOwn: true)]),
    .buttons([NotificationAction(identifier: "b", title: "B")]),
    .textInput(identifier: "w", .init(placeholder: "write", buttonTitle: "send")),
    .media(attachment: "m", title: "Song", isPlaying: true),
    .image(.init(attachment: "i", fit: .icon, size: 64, alignment: .end)),
    .columns([
      .init([.text([relative], .title), .image(.init(attachment: "i", fit: .avatar))]),
      .init([.text([.init("a")], .body)], alignment: .end, width: 10),
    ]),
    .countdown(.init(end: 1_767_225_600, label: "l")),
    .map(
      .init(
        places: [.init(name: "n", detail: "", latitude: -90, longitude: 180)],
        route: [.init(latitude: 0, longitude: 0), .init(latitude: 90, longitude: -180)],
        circle: .init(center: .init(latitude: 1, longitude: 2), radius: 1))),
    .timeline([.init(title: "t", detail: "", time: "", state: .failed)]),
    .text([.init("a")], .body, .center),
    .conversation([.init(sender: "s", text: "", time: "", isOwn: false, avatar: "a", image: "b")]),
  ]

  /// A piece of text that says how far an instant is.
  private static let relative = {
    var run = ViewElement.TextRun("")
    run.relativeTime = 253_402_300_799
    return run
  }()

  private func answer(_ view: NotificationView = NotificationView()) -> PresentationAnswer {
    var made = PresentationAnswer.Made(plugin: "p")
    made.sizeRatio = 0.5
    made.hidesDefaultContent = true
    made.option = .doNotDismiss
    made.view = view
    var answer = PresentationAnswer()
    answer.made = made
    answer.faults = [Fault(plugin: "p", kind: .invalidResult, message: "m")]
    answer.log = [.init(plugin: "p", level: "warn", text: "w")]
    return answer
  }

  private func read(_ answer: PresentationAnswer) throws -> PresentationAnswer {
    try PresentationAnswer(answer.bytes, plugins: ["p"])
  }

  @Test func everyElementArrives() throws {
    #expect(Set(Self.elements.map(\.kind)) == Set(ViewElement.Kind.allCases))
    let answer = answer(try Self.view())
    #expect(try read(answer) == answer)
    #expect(try read(PresentationAnswer()) == PresentationAnswer())
  }

  /// Bytes of any length and value make an answer or an error, and nothing else.
  @Test func damagedBytesAreRefused() throws {
    let bytes = answer(try Self.view()).bytes
    for count in 0..<bytes.count {
      #expect(throws: ByteReader.Truncated.self) {
        try PresentationAnswer(Array(bytes[..<count]), plugins: ["p"])
      }
    }
    #expect(throws: ByteReader.Truncated.self) { try PresentationAnswer(bytes + [0], plugins: ["p"]) }
    for index in bytes.indices {
      for value in [0, 0x7F, 0xFF] as [UInt8] where value != bytes[index] {
        var damaged = bytes
        damaged[index] = value
        // Some of them are answers, and each of these is within its limits.
        guard let answer = try? PresentationAnswer(damaged, plugins: ["p"]) else { continue }
        #expect(try read(answer) == answer)
      }
    }
  }

  @Test func onlyPluginsThatThereAreSpeak() {
    #expect(throws: ByteReader.Truncated.self) { try PresentationAnswer(answer().bytes, plugins: ["q"]) }
  }

  @Test(arguments: [0, -1, 0.04, 10.1, .infinity, .nan])
  func aSizeIsOneThatAPluginMayName(_ ratio: Double) {
    var answer = answer()
    answer.made?.sizeRatio = ratio
    #expect(throws: ByteReader.Truncated.self) { try read(answer) }
  }

  @Test(
    arguments: [
      .progress(value: 1.5, label: ""), .progress(value: .nan, label: ""),
      .places([.init(name: "n", detail: "", latitude: 91, longitude: 0)]),
      .places([.init(name: "n", detail: "", latitude: 1, longitude: nil)]),
      .text([.init(String(repeating: "x", count: NotificationView.textLimit + 1))], .body, .start),
      .fields(Array(repeating: .init(label: "l", value: "v"), count: NotificationView.entryLimit + 1)),
      .buttons([.init(identifier: "dismiss", title: "the system's own")]),
      .buttons([.init(identifier: "a", title: "1"), .init(identifier: "a", title: "2")]),
      .buttons((0...NotificationAction.limit).map { .init(identifier: "a\($0)", title: "") }),
      .textInput(identifier: "two words", .init()), .textInput(identifier: "", .init()),
    ] as [ViewElement])
  func whatNoPluginCanBuildIsRefused(_ element: ViewElement) throws {
    var view = NotificationView()
    try view.append(element)
    let answer = answer(view)
    #expect(throws: ByteReader.Truncated.self) { try read(answer) }
  }

  @Test func aViewHasASizeThatIsLimited() throws {
    let run = ViewElement.TextRun(String(repeating: "x", count: NotificationView.textLimit))
    var view = NotificationView()
    for _ in 0..<16 { try view.append(.text([run], .body, .start)) }
    #expect(try read(answer(view)).made?.view == view, "64 KiB of text are the most")
    #expect(throws: NotificationView.Problem.self) { try view.append(.text([run], .body, .start)) }
    var writer = ByteWriter()
    writer.write(UInt32(65))
    let bytes = answer().bytes
    let count = try #require(bytes.firstRange(of: [0, 0, 0, 0, 0, 0, 0, 0, 0]))
    var longer = bytes
    longer.replaceSubrange(count.lowerBound + 4..<count.lowerBound + 8, with: writer.bytes)
    #expect(throws: ByteReader.Truncated.self) { try PresentationAnswer(longer, plugins: ["p"]) }
  }

  @Test func aLongMessageIsCut() throws {
    var answer = answer()
    answer.log = [.init(plugin: "p", level: "info", text: String(repeating: "x", count: 100_000))]
    #expect(try read(answer).log[0].text.utf8.count <= ResultLimits.note)
    answer.log[0].level = "withdraw"
    #expect(throws: ByteReader.Truncated.self) { try read(answer) }
  }
}
