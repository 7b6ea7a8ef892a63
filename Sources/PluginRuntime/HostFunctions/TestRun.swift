import NotificationModel
import WorkerProtocol

extension HostFunction {
  /// For cases that are written in Lua; no plugin has it.
  static let testRun = HostFunction(
    "test.run",
    summary: "Runs a case, and tells what became of its notification.",
    parameters: [.init("case", "any", "What a case in YAML has, but for its name and what it expects.")],
    returns: [
      .init("outcome", "string?", "The outcome as JSON, or nil."),
      .init("reason", "string?", "Why the case could not be run."),
    ],
    capability: "test"
  ) { call throws(HostFunctionError) in
    try call.ask(testCase)
  }

  private static func testCase(_ call: inout HostCall) throws(HostFunctionError) -> CapabilityRequest {
    switch try call.value(0) {
    case .json(let bytes):
      let request = CapabilityRequest.runCase(Array(bytes))
      guard request.isWithinLimits else { throw HostFunctionError("t.run takes a case of 128 KiB at most") }
      return request
    default: throw HostFunctionError("t.run takes a table such as { given = { aps = { alert = \"hi\" } } }")
    }
  }
}
