import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let uuid = HostFunction(
    "uuid",
    summary: "Makes a random UUID.",
    discussion: "Version 4, in small letters as `apns-id` wants it. Not for secrets.",
    returns: [.init("uuid", "string", "36 characters.")],
    examples: [.init(#"#notilua.uuid()"#, "36"), .init(#"notilua.uuid():sub(15, 15)"#, #""4""#)]
  ) { call in .text(call.plugin.pointee.random.uuid()) }
}
