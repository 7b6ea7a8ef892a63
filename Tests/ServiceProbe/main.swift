import EventLoop
import Foundation
import Glibc
import Logging
import Operations
import ServiceLife
import ServiceLifecycle

// A whole service but for the front door and the run: tests look at it from outside.

let options = ProbeOptions(CommandLine.arguments)
ServiceLife.prepareProcess()
let manager = ServiceManager()
let form = LogForm(rawValue: options["log"] ?? "text") ?? .text
let log =
  try options["log-file"].map { try ServiceLog(path: $0, form: form, level: .debug) }
  ?? ServiceLog(form: form, level: .debug)
let logger = log.logger("probe")

let passed = try PassedSockets(known: ["operations"])
var sockets = passed["operations"].map { ListeningSocket(passed: $0) }
if let path = options["socket"] { sockets.append(try ListeningSocket(path: path)) }
if let file = options["port-file"] {
  let socket = try ListeningSocket(host: options["host"] ?? "127.0.0.1", port: 0)
  sockets.append(socket)
  try Data("\(socket.port ?? 0)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
}

let pulse = LoopPulse(manager)
let source = ProbeSource(pulse, left: options.number("left"))
let listener = OperationsListener(
  sockets, open: .open(source), control: .control(source), logger: log.logger("operations"))
let hangUp = HangUpService {
  manager.reportReloading("opening files anew")
  do { try log.reopen() } catch { logger.error("the log stays as it is", metadata: ["error": "\(error)"]) }
  manager.reportReady("files are open anew")
  logger.notice("reopened")
}
let ready = ManagerService(manager, logger: logger) {
  // The child's environment, for the test that looks for the manager's variables in it.
  if let path = options["environment-file"] {
    let text = ChildEnvironment.command().entries.joined(separator: "\n")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
  return "ready\nMAINPID=1"
}
try await ServiceLife.run(
  [listener, hangUp, try ProbeLoop.service(pulse, hangAfter: options.number("hang-after")), ready],
  stopTimeout: .seconds(8), logger: log.logger("life"))
logger.notice("ended")
