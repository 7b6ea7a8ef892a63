import WorkerProtocol

extension HostFunction {
  static let withdraw = HostFunction(
    "withdraw",
    summary: "Says that an earlier notification must not be shown any longer.",
    discussion: """
      The identifier goes into the outcome; what has the earlier notification acts on it. This notification \
      goes on, unless it is dropped. A notification withdraws 1000 others \
      at most; an identifier has 1 to 256 bytes.
      """,
    parameters: [.init("identifier", "string", "The earlier notification's `request.identifier`.")],
    examples: [.init(#"notilua.withdraw("5FSClm2gQ9V9BZ-kUZn58B")"#, "nil")]
  ) { call throws(HostFunctionError) in
    let identifier = try call.text(0)
    guard (1...256).contains(identifier.utf8.count) else {
      throw HostFunctionError(
        identifier.isEmpty
          ? "notilua.withdraw: the identifier is empty; check it before the call"
          : "notilua.withdraw: the identifier has more than 256 bytes")
    }
    let notification = try call.requireNotification()
    guard notification.pointee.withdrawals.insert(identifier) else {
      throw HostFunctionError("a notification withdraws \(Withdrawals.limit) others at most")
    }
    return .nothing
  }
}
