import LosslessJSON
import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// What a worker says of a batch to a host that delivers the notifications itself.
struct BatchRunnerTests {
  private static let line =
    #"{"id":"m1","device_token":"ab","headers":{"apns-topic":"t"}, "payload": {"aps":{"alert":"hi"}} }"#

  private static func runner(_ code: String, _ content: ResultContent) throws -> BatchRunner {
    var definition = PluginDefinition(
      name: "p", path: "p.lua", source: Array("return { did_receive = function(r, c) \(code) end }".utf8))
    definition.limits.polls = true
    var options = RunnerOptions()
    options.content = content
    return BatchRunner(chain: Chain(plugins: [try Plugin(definition: definition, seed: 1)]), options: options)
  }

  /// Runs lines, and calls a body with what a host takes of the results.
  private static func run(
    _ runner: BatchRunner, _ lines: [String] = [line], _ body: (ResultBody) throws -> Void
  ) throws {
    runner.begin(quarantined: 0, identifiers: IdentifierSeed(7))
    for (item, line) in lines.enumerated() {
      Array(line.utf8).withUnsafeBytes { runner.run(item: item, $0, receivedAt: 0) }
    }
    let bytes = runner.withResults { _, sections in sections.flatMap { Array($0) } }
    try bytes.withUnsafeBytes { bytes in
      let results = try #require(ResultBody(bytes, pending: 0..<lines.count))
      #expect(results.isConsistent(runner.options.content))
      try body(results)
    }
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("c.body = 'ho'", #"{"aps":{"alert":"ho"}}"#), ("", ""), ("c.body = 'x' c.body = 'hi'", ""),
    ("notilua.withdraw('m0')", ""), ("return notilua.drop('why')", ""),
  ])
  func aPayloadIsSaidWhereItIsAnother(_ code: String, _ payload: String) throws {
    try Self.run(try Self.runner(code, .payloads)) { results in
      let entry = try #require(results.entries.first)
      #expect(Self.text(entry.output) == payload && (entry.record.isChanged == 1) == !payload.isEmpty)
      let effects = try #require(PassEffects(entry.effects))
      #expect(effects.withdrawals == (code.contains("withdraw") ? ["m0"] : []) && entry.notes.isEmpty)
    }
  }

  @Test func attachmentsAreTyped() throws {
    let code = """
      table.insert(c.attachments, { identifier = "a", url = "file:///a.png", options = {
        type_hint = "public.png", thumbnail_hidden = true, thumbnail_time = 2,
        thumbnail_clipping_rect = { x = 0, y = 0.5, width = 1, height = 0.25 } } })
      """
    let expected = NotificationModel.Attachment(
      identifier: "a", url: "file:///a.png", typeHint: "public.png", hidesThumbnail: true,
      clip: .init(x: 0, y: 0.5, width: 1, height: 0.25), time: 2)
    try Self.run(try Self.runner(code, .payloads)) { results in
      let entry = try #require(results.entries.first)
      #expect(PassEffects(entry.effects) == PassEffects(attachments: [expected]) && entry.output.isEmpty)
    }
    // A filter writes the line as it is.
    try Self.run(try Self.runner(code, .lines)) { results in
      let entry = try #require(results.entries.first)
      #expect(Self.text(entry.output) == Self.line + "\n" && entry.effects.isEmpty)
    }
  }

  /// An output beside a queue has the line of a filter, and the queue the payload that it has alone.
  @Test(arguments: ["c.body = 'ho'", "", "c.body = 'x' c.body = 'hi'", "return notilua.drop('why')"])
  func aLineAndItsPayloadStandBesideEachOther(_ code: String) throws {
    func texts(_ content: ResultContent) throws -> (line: String, payload: String) {
      var texts = ("", "")
      try Self.run(try Self.runner(code, content)) { results in
        let entry = try #require(results.entries.first)
        texts = (Self.text(entry.line(content)), Self.text(entry.payload(content)))
      }
      return texts
    }
    let both = try texts(.linesAndPayloads)
    #expect(both.line == (try texts(.lines).line))
    #expect(both.payload == (try texts(.payloads).payload))
  }

  @Test(arguments: ["", "c.body = 'ho'"]) func aFilterParsesANotificationOnce(_ code: String) throws {
    let filter = try Self.runner(code, .lines)
    // A first pass makes the memory for those that follow.
    try Self.run(filter) { _ in }
    #expect(try ParseCount.during { try Self.run(filter) { _ in } } == 1)
  }

  /// The worker and the host read it once each, also where the changed payload decides the push type.
  @Test(arguments: [ResultContent.payloads, .linesAndPayloads], ["", #","apns-push-type":"alert""#])
  func aDeliveryParsesANotificationTwice(_ content: ResultContent, _ header: String) throws {
    let line = Self.line.replacing(#""apns-topic":"t""#, with: #""apns-topic":"t"\#(header)"#)
    for (code, payload) in [
      ("", #"{"aps":{"alert":"hi"}}"#), ("c.body = 'ho'", #"{"aps":{"alert":"ho"}}"#),
      ("c.user_info = { aps = { ['content-available'] = 1 } }", #"{"aps":{"content-available":1}}"#),
    ] where header.isEmpty || !code.contains("available") {
      let service = try Self.runner(code, content)
      try Self.run(service) { _ in }
      var document = JSONDocument()
      let count = try ParseCount.during {
        try Self.run(service, [line]) { results in
          let read = Self.delivered(line, try #require(results.entries.first), content, &document)
          #expect(read.map { String(decoding: $0.payload, as: UTF8.self) } == payload)
          let isSilent = payload.contains("content-available")
          #expect(read?.headers.pushType == (isSilent ? "background" : "alert"))
        }
      }
      #expect(count == 2, "\(code)")
    }
  }

  /// The notification as a host delivers it.
  private static func delivered(
    _ line: String, _ entry: ResultEntry, _ content: ResultContent, _ document: inout JSONDocument
  ) -> PushNotification? {
    let payload = Array(entry.payload(content))
    let change = PayloadChange(payload: payload.isEmpty ? nil : payload, pushType: entry.record.pushType)
    return Array(line.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "", change: change, &document)
    }
  }

  @Test func whatHasNoNameHasThatOfItsHost() throws {
    let runner = try Self.runner("c.body = r.identifier", .payloads)
    let lines = [#"{"aps":{}}"#, Self.line, #"{"aps":{"badge":1}}"#]
    try Self.run(runner, lines) { results in
      let texts = results.entries.map { Self.text($0.output) }
      #expect(texts[0].contains(IdentifierSeed(7).identifier(of: 0)))
      #expect(texts[1].contains("m1") && texts[2].contains(IdentifierSeed(7).identifier(of: 2)))
    }
  }
}
