import PassRecords
import WorkerProtocol

extension HostFunction {
  private static func log(_ level: String, _ summary: String) -> HostFunction {
    HostFunction(
      "log.\(level)",
      summary: summary,
      discussion:
        "Values are joined by tabs. Of a notification 100 lines are kept, or 16 KiB; of each line 1000 bytes.",
      parameters: [.init("...", "any", "What to log.")],
      examples: [.init(#"notilua.log.\#(level)("seen", 3)"#, "nil")]
    ) { call in
      write(level, call)
      return .nothing
    }
  }

  private static func write(_ level: String, _ call: borrowing HostCall) {
    guard let notification = call.notification else { return }
    notification.pointee.log.append(call.plugin.pointee.name, level, call.line())
  }

  static let logDebug = log("debug", "Logs what only matters to the plugin's author.")
  static let logInfo = log("info", "Logs what the operator may want to know.")
  static let logWarn = log("warn", "Logs what the operator should look at.")
  static let logError = log("error", "Logs what went wrong.")

  /// `print`, which stands in the globals as Lua has it.
  static let print = HostFunction(
    "print",
    summary: "Logs its arguments, as notilua.log.info does.",
    parameters: [.init("...", "any", "What to log.")],
    examples: [.init(#"print("seen", 3)"#, "nil")]
  ) { call in
    write("info", call)
    return .nothing
  }
}
