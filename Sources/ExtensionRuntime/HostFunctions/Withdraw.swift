extension HostFunction {
  static let withdraw = HostFunction(
    "withdraw",
    summary: "Says that an earlier notification must not be shown any longer.",
    discussion: """
      The identifier goes into the outcome; what has the earlier notification acts on it. This notification \
      goes on, unless it is dropped.
      """,
    parameters: [.init("identifier", "string", "The earlier notification's `request.identifier`.")],
    examples: [.init(#"notilua.withdraw("5FSClm2gQ9V9BZ-kUZn58B")"#, "nil")]
  ) { call throws(HostFunctionError) in
    let identifier = try call.text(0)
    guard identifier.utf8.count <= 256 else {
      throw HostFunctionError("notilua.withdraw: the identifier has more than 256 bytes")
    }
    let notification = try call.requireNotification()
    guard notification.pointee.withdrawals.count < 100 else {
      throw HostFunctionError("a notification withdraws 100 others at most")
    }
    if !notification.pointee.withdrawals.contains(identifier) {
      notification.pointee.withdrawals.append(identifier)
    }
    return .nothing
  }
}
