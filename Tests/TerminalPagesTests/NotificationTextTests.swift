import DeliveryTesting
import NotificationViews
import Presentation
import TerminalPages
import Testing

/// Notifications as lines for a terminal.
struct NotificationTextTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private func present(
    _ json: String = #"{"aps":{"alert":"B"}}"#, elements: [ViewElement] = []
  ) throws -> NotificationPresentation {
    var shown = NotificationPresentation(
      try #require(NotificationSample.read(json)), rules: .init(), texts: NoTexts())
    var view = NotificationView()
    for element in elements { try view.append(element) }
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: !elements.isEmpty, view: view),
      overridesTitle: false)
    return shown
  }

  /// The rows within the box, without its sides.
  private func rows(_ shown: NotificationPresentation, language: String = "") -> [String] {
    lines(shown, language: language).filter { $0.hasPrefix("│") }.map { String($0.dropFirst(2).dropLast(2)) }
  }

  private func lines(_ shown: NotificationPresentation, language: String = "", isStyled: Bool = false)
    -> [String]
  {
    var options = PictureOptions()
    options.language = language
    return NotificationText.lines(shown, options, isStyled: isStyled)
  }

  @Test func terminalsAreGivenNothingToObey() throws {
    let shown = try present("{\"aps\":{\"alert\":\"a\\u001b]0;title\\u0007b\\u009b31m\"}}")
    let text = lines(shown, isStyled: true).joined(separator: "\n")
    #expect(
      !text.contains("\u{1B}]") && !text.unicodeScalars.contains("\u{07}")
        && !text.unicodeScalars.contains("\u{9B}"))
  }

  @Test func codeKeepsItsSpaces() throws {
    let code = "  --> Keys.swift:3:8\n   |\n 3 | import Crypto\n   |        ^~~~~~"
    let shown = try present(elements: [.text([.init(code, isMonospaced: true)], .body)])
    #expect(rows(shown).dropFirst(2).map { $0.trimmedEnd } == code.split(separator: "\n").map(String.init))
  }

  @Test func spacesAtTheEndOfARowAreNotCarriedOver() throws {
    let words = String(repeating: "word    ", count: 12)
    let found = rows(try present(elements: [.text([.init(words)], .body)])).dropFirst(2)
    #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("word") })
  }

  @Test(arguments: ["", "ar"]) func everyRowHasTheWidthOfTheBox(_ language: String) throws {
    let texts = [
      "अंजलि शर्मा क्षत्रिय ट्रेन बीस मिनट देर से है, क्या हम कल शाम को मिल सकते हैं?",
      "القطار متأخر عشرين دقيقة، هل نلتقي في المقهى القريب؟",
      "電車が二十分遅れているので、駅前の喫茶店で待ち合わせしませんか。", "กรุณานำเงินมาด้วย อีกสี่นาที", "👨‍👩‍👧‍👦🇩🇪👍🏽❤️‍🔥1️⃣ ☎️☎",
      String(repeating: "x", count: 300), "", " ",
    ]
    for text in texts {
      let shown = try present(elements: [
        .text([.init(text), .init(text, isBold: true, isMonospaced: true)], .title),
        .image(.init(attachment: "m", caption: text)),
        .fields([.init(label: text, value: text), .init(label: "a", value: "b")]),
        .progress(value: 0.5, label: text),
        .timeline([
          .init(title: text, detail: text, time: "9:41", state: .done),
          .init(title: "t", detail: "", time: "", state: .upcoming),
          .init(title: "t", detail: "", time: text, state: .current),
        ]),
        .places([.init(name: text, detail: text, latitude: -1.5, longitude: 179)]),
        .conversation([
          .init(sender: text, text: text, time: "1", isOwn: false),
          .init(sender: "", text: text, time: "", isOwn: true),
        ]),
        .buttons([
          .init(identifier: "b", title: text), .init(identifier: "c", title: text, options: [.destructive]),
        ]),
        .textInput(identifier: "x", .init(placeholder: text, buttonTitle: text)),
        .media(attachment: "m", title: text, isPlaying: true), .countdown(.init(end: 0, label: text)),
        .columns([
          .init([.text([.init(text)], .title), .text([.init(text)], .body)], width: 10),
          .init([.text([.init(text)], .caption)], alignment: .center, width: 1),
          .init([.image(.init(attachment: "m")), .text([.init(text)], .body)], alignment: .end, width: 1),
          .init([], width: 10),
        ]),
        .map(
          .init(
            places: [.init(name: text, detail: text, latitude: 1, longitude: 2)],
            route: [.init(latitude: 52, longitude: 13), .init(latitude: -52, longitude: -13)],
            circle: .init(center: .init(latitude: 1, longitude: 2), radius: 5))),
      ])
      for row in lines(shown, language: language) { #expect(TerminalWidth.columns(row) == 48, "\(row)") }
    }
  }

  @Test func rowsOfCJKDoNotBeginWithAClosingMark() throws {
    let text = String(repeating: "駅前、喫茶。", count: 20)
    let found = rows(try present(elements: [.text([.init(text)], .body)])).dropFirst(2)
    #expect(found.count > 2 && found.allSatisfy { !$0.hasPrefix("、") && !$0.hasPrefix("。") })
  }

  @Test func aButtonIsNeverBroken() throws {
    let titles = [
      "Accept", "Tentative", "Decline", "Propose another time for it", String(repeating: "long ", count: 20),
    ]
    let actions = titles.enumerated().map { index, title in
      NotificationAction(identifier: "a\(index)", title: title, options: index == 2 ? [.destructive] : [])
    }
    var shown = try present(elements: [.buttons(actions)])
    shown.actions = actions + [.init(identifier: "z", title: "Pay", options: [.authenticationRequired])]
    for line in lines(shown).dropFirst(2) {
      #expect(line.count { $0 == "[" } == line.count { $0 == "]" }, "\(line)")
    }
    #expect(
      lines(shown).contains { $0.contains("[ ! Decline ]") }
        && lines(shown).contains { $0.contains("[ Pay 🔒 ]") })
    #expect(lines(shown, isStyled: true).contains { $0.contains("\u{1B}[31m[ ! Decline ]\u{1B}[0m") })
  }

  @Test func linesBeginAtTheRightInArabic() throws {
    let shown = try present(elements: [
      .fields([.init(label: "الوصول", value: "7:42")]), .progress(value: 0.25, label: ""),
      .timeline([.init(title: "الطلب", detail: "", time: "9:41", state: .done)]),
      .conversation([.init(sender: "", text: "نعم", time: "", isOwn: true)]),
    ])
    let found = rows(shown, language: "ar")
    #expect(found[0].hasPrefix("9:41 "))
    #expect(found[2].hasSuffix("7:42  \u{200E}الوصول"))
    #expect(found[4].hasPrefix("25%  ░") && found[4].hasSuffix("░█████████"))
    #expect(found[6].hasPrefix("9:41 ") && found[6].hasSuffix("الطلب ●"))
    #expect(found[8].hasPrefix("نعم"))
  }

  @Test func whatIsNotThereIsNotDrawn() throws {
    let shown = try present(elements: [
      .text([.init("a")], .body), .media(attachment: "m", title: "Voice", isPlaying: false),
      .image(.init(attachment: "p", caption: "c")),
    ])
    #expect(rows(shown).map(\.trimmedEnd).dropFirst(1) == ["", "a"])
  }

  @Test func columnsStandSideBySide() throws {
    let shown = try present(elements: [
      .columns([
        .init([.text([.init("Ajax")], .body)], width: 2),
        .init(
          [.text([.init("3 : 1")], .title), .text([.init("90+2")], .caption)], alignment: .center, width: 1),
        .init([.text([.init("PSV")], .body)], alignment: .end, width: 2),
      ])
    ])
    // 40 columns in shares of 2, 1 and 2, with two between them.
    let found = rows(shown).dropFirst(2).map(\.trimmedEnd)
    let first =
      "Ajax" + String(repeating: " ", count: 15) + "3 : 1" + String(repeating: " ", count: 17) + "PSV"
    let second = String(repeating: " ", count: 20) + "90+2"
    #expect(found == [first, second])
    let mirrored = rows(shown, language: "he")[2]
    #expect(mirrored.hasPrefix("PSV") && mirrored.hasSuffix("Ajax"))
  }

  @Test func aFailedStepHasACross() throws {
    let shown = try present(elements: [
      .timeline([.init(title: "Test", detail: "", time: "", state: .failed)])
    ])
    #expect(rows(shown)[2].hasPrefix("✗ Test"))
  }

  @Test func aCountdownSaysWhatIsLeft() throws {
    let shown = try present(elements: [.countdown(.init(end: 742, label: "Boarding"))]).resolved(
      at: 0, language: "en")
    #expect(rows(shown)[2].hasPrefix("Boarding") && rows(shown)[2].hasSuffix("13 min"))
  }

  @Test func aMapIsAListWithDistances() throws {
    // 878 km from Berlin to Paris (Vincenty's formula on WGS 84 says 879.7 km between the two).
    let berlin = ViewElement.Coordinate(latitude: 52.52, longitude: 13.405)
    let paris = ViewElement.Coordinate(latitude: 48.8566, longitude: 2.3522)
    let shown = try present(elements: [
      .map(
        .init(
          places: [.init(name: "Berlin", detail: "", latitude: 52.52, longitude: 13.405)],
          route: [berlin, paris],
          circle: .init(center: paris, radius: 850)))
    ])
    #expect(
      rows(shown).dropFirst(2).map(\.trimmedEnd)
        == ["⌖ Berlin", "  52.5200°, 13.4050°", "┄ 877 km", "◯ 850 m · 48.8566°, 2.3522°"])
  }

  @Test func theLevelIsSaid() throws {
    let shown = try present(#"{"aps":{"alert":"B","interruption-level":"time-sensitive"}}"#)
    #expect(rows(shown)[1].hasPrefix("TIME SENSITIVE"))
  }

  @Test func theBoxStandsWhereATerminalCountsOtherwise() throws {
    let styled = lines(try present(), isStyled: true)
    #expect(styled.dropFirst().dropLast().allSatisfy { $0.hasSuffix("\u{1B}[48G│") })
  }
}

extension String {
  fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
