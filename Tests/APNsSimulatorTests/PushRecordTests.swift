import APNsSimulator
import Testing

/// The lines of the journal.
struct PushRecordTests {
  private static let id = "123e4567-e89b-12d3-a456-42665544000a"

  @Test func writesWhatWasAccepted() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    let headers: [String: String?] = ["apns-id": Self.id, "apns-priority": "5", "apns-collapse-id": "a\"b"]
    _ = simulation.answer(try sample.request(device: "AB", headers, body: "{\n \"a\" : 1.0}", stream: 3))
    _ = simulation.answer(try sample.request(device: "bad04000"))
    _ = simulation.answer(try sample.request(device: "ab", headers, body: "{}", stream: 5))
    let start = #"{"event":"accepted","time":1767225600000,"connection":1,"stream":"#
    let middle =
      #","apns_id":"\#(Self.id)","token":"ab","topic":"com.example.app","push_type":"alert","priority":5,"#
      + #""collapse_id":"a\"b","key_id":"KEYID00001","iat":1767225600"#
    #expect(
      String(decoding: simulation.journal.lines(), as: UTF8.self) == """
        \(start)3\(middle),"payload":{  "a" : 1.0}}
        \(start)5\(middle),"duplicate":true,"payload":{}}

        """)
    #expect(simulation.summary == "2 accepted (1 of them again), 1 refused (BadDeviceToken 1)")
    #expect(simulation.journal.lines(after: 1).count < simulation.journal.lines().count)
    #expect(simulation.journal.lines(after: 2).isEmpty)
  }

  @Test func writesWhatWasRefusedOnRequest() throws {
    let sample = try Sample()
    let simulation = sample.simulation(journalsRefused: true)
    _ = simulation.answer(try sample.request(device: "bad04100"))
    _ = simulation.answer(try sample.request(device: "bad00001"))
    _ = simulation.answer(try sample.request(["authorization": "bearer secret"], body: "not JSON"))
    let lines = String(decoding: simulation.journal.lines(), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].contains(#""event":"refused""#) && lines[0].contains(#""reason":"Unregistered""#))
    #expect(lines[1].contains(#""trouble":"stall""#))
    #expect(!lines[2].contains("secret") && !lines[2].contains("payload"))
  }
}
