import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let drop = HostFunction(
    "drop",
    summary: "Makes the result that drops the notification.",
    discussion: """
      Return it from `did_receive`: the chain ends and nothing is delivered. The reason stands in the outcome. \
      Calling it without returning it does nothing but leave a warning in the outcome.
      """,
    parameters: [.init("reason", "string", "Why, for the audit.")],
    returns: [.init("verdict", "notilua.Drop", "What `did_receive` returns.")],
    examples: [.init(#"type(notilua.drop("recalled"))"#, #""userdata""#)]
  ) { call throws(HostFunctionError) in
    let reason = try call.text(0)
    try call.requireNotification().pointee.dropReason = reason.prefix(utf8Count: NotificationState.textLimit)
    return .drop
  }
}
