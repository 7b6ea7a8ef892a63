import LosslessJSON
import NotificationModel
import PushExtras
import WorkerProtocol

extension HostFunction {
  static let pushExtra = HostFunction(
    "push_extra",
    summary: "Reads what the push of a chat message says beside `aps`: `rc` and `appData`.",
    discussion: """
      The payload is a table, such as `content.user_info`, or JSON. Launch options that have a payload are read, too. \
      `recalled_ids` has the messages that are recalled, which servers write into `rc` or into the JSON of `appData`.
      """,
    parameters: [.init("payload", "table|string", "The payload.")],
    returns: [
      .init("extra", "notilua.PushExtra?", "Its values; nil where it is not the push of a chat message.")
    ],
    examples: [
      .init(#"notilua.push_extra{ rc = { cType = "PR", fId = "2121" } }.sender_id"#, #""2121""#),
      .init(#"notilua.push_extra('{"rc":{"rc-dlt-identifier":"A"}}').recalled_ids"#, #"{ "A" }"#),
    ]
  ) { call throws(HostFunctionError) in
    let bytes: UnsafeRawBufferPointer
    if call.has(0), case .json(let json) = try call.value(0) {
      bytes = json
    } else {
      bytes = try call.bytes(0)
    }
    guard let extra = PushExtra(payload: String(decoding: bytes, as: UTF8.self)) else { return .nil }
    var writer = JSONWriter()
    extra.writeTable(to: &writer)
    return try call.table(writer)
  }
}
