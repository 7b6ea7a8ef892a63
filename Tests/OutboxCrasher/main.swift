import APNs
import APNsCredentials
import Applications
import Delivery
import EventLoop
import Foundation
import LosslessJSON
import NotificationModel
import Outbox

// An outbox between the standard input and APNs that kills itself at a point where a crash must lose nothing.
//
// Tests/Faults/outbox.py runs it, and looks at what is left.

let words = Array(CommandLine.arguments.dropFirst())
guard words.count == 8, let point = OutboxHooks.Point(rawValue: words[2]), let visits = Int(words[3]),
  let port = Int(words[4])
else {
  print("usage: OutboxCrasher PATH AUDIT POINT VISITS PORT CA-FILE P8-FILE KEY-ID < lines")
  print("points: \(OutboxHooks.Point.allCases.map(\.rawValue).joined(separator: ", "))")
  exit(64)
}

/// Kills this process at the nth visit of a point.
func killer(at point: OutboxHooks.Point, _ visits: Int) -> (OutboxHooks.Point) -> Void {
  var left = visits
  return {
    guard $0 == point else { return }
    left -= 1
    if left == 0 { kill(getpid(), SIGKILL) }
  }
}

var apns = APNsOptions()
apns.server = .init(host: "localhost", port: port)
apns.trustRoots = words[5]
apns.environment = .sandbox
let key = try SigningKey(p8: Array(Data(contentsOf: URL(fileURLWithPath: words[6]))))
let credential = try Credential(
  name: "test", secret: .key(key, keyID: words[7], teamID: "TEAMID0001"), application: .development)
var options = OutboxOptions()
// So that a checkpoint comes about in a short test.
options.checkpointSize = 64 << 10
let reactor = try Reactor()
let outbox = try Outbox(
  words[0], options, sink: APNsSink([credential], apns, on: reactor), audit: AuditLog(LineFile(words[1])),
  on: reactor)
outbox.hooks.onPoint = killer(at: point, visits)
// What was told is told: the line is out before anything else happens.
outbox.events.accepted = { notification in
  let line = Array("\(notification.identifier)\n".utf8)
  write(1, line, line.count)
}
outbox.events.failed = {
  print($0)
  exit(1)
}

var document = JSONDocument(depthLimit: 130)
var number: UInt64 = 0
while let line = readLine() {
  number += 1
  let read = Array(line.utf8).withUnsafeBytes {
    PushNotification($0, ticket: number, place: "stdin:\(number)", &document)
  }
  guard let notification = read else { continue }
  outbox.take(notification)
  if number.isMultiple(of: 20) { reactor.turn(timeout: .zero) }
}
outbox.inputEnded()
reactor.run { outbox.pending == 0 }
outbox.close()
