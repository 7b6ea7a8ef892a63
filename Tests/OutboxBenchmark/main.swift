import APNs
import APNsCredentials
import Applications
import Delivery
import EventLoop
import Foundation
import NotificationModel
import Outbox

// What the outbox costs: commits of one notification and of many, a backlog drained through APNs, and the same without
// an outbox. Prints figures, a line each.
//
// Tests/Performance/outbox.py runs it, with nghttpd to push to.

let usage = """
  usage: OutboxBenchmark alone PATH COUNT
         OutboxBenchmark accept PATH COUNT
         OutboxBenchmark drain PATH COUNT PORT CA-FILE P8-FILE
         OutboxBenchmark through PATH COUNT PORT CA-FILE P8-FILE
         OutboxBenchmark direct - COUNT PORT CA-FILE P8-FILE
  """
let words = Array(CommandLine.arguments.dropFirst())
guard words.count == 3 || words.count == 6, let count = Int(words[2]) else {
  print(usage)
  exit(64)
}
let path = words[1]
let tokenCount = 50_000
let text = #"{"aps":{"alert":{"title":"Ann","body":""# + String(repeating: "x", count: 500 - 44) + #""}}}"#
let payload = Array(text.utf8)

func monotonic() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

let tokens = (0..<tokenCount).map { number in
  let digits = String(number, radix: 16)
  return String(repeating: "a", count: 64 - digits.count) + digits
}

func notification(_ number: Int) -> PushNotification {
  var notification = PushNotification(
    ticket: UInt64(number), place: "benchmark:\(number)", deviceToken: tokens[number % tokenCount],
    payload: payload)
  notification.identifier = "m\(number)"
  return notification
}

@MainActor func sink() throws -> APNsSink {
  guard words.count == 6, let port = Int(words[3]) else {
    print(usage)
    exit(64)
  }
  var options = APNsOptions()
  options.server = .init(host: "localhost", port: port)
  options.trustRoots = words[4]
  options.connections = 1
  options.streams = 500
  options.topic = "com.example.app"
  let key = try SigningKey(p8: Array(Data(contentsOf: URL(fileURLWithPath: words[5]))))
  let credential = try Credential(
    name: "benchmark", secret: .key(key, keyID: "ABCDE12345", teamID: "TEAM123456"), application: .development
  )
  return try APNsSink([credential], options, on: reactor)
}

let reactor = try Reactor()
let started = monotonic()

/// Runs a queue until its notifications have what is waited for.
@MainActor func run(_ queue: any DeliveryQueue, giving: Int, until isOver: () -> Bool) {
  var given = 0
  while !isOver() {
    let room = min(queue.room, giving - given, 500)
    for number in given..<given + max(room, 0) { queue.take(notification(number)) }
    given += max(room, 0)
    reactor.turn(timeout: given == giving || room <= 0 ? nil : .zero)
  }
}

func tell(_ what: String) {
  let seconds = Double(monotonic() - started) / 1e9
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  let cpu =
    Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  print("\(what): \(Int(Double(count) / seconds))/s, \(cpu) s of CPU, \(usage.ru_maxrss / 1024) MiB")
}

final class Counts {
  var accepted = 0
  var ended = 0
  var others: [String: Int] = [:]
}

func listen(_ queue: any DeliveryQueue, _ counts: Counts) {
  queue.events.accepted = { _ in counts.accepted += 1 }
  queue.events.ended = { _, end, _ in
    counts.ended += 1
    if end != .delivered { counts.others["\(end)", default: 0] += 1 }
  }
  queue.events.notice = { print("notice: \($0)") }
  queue.events.failed = {
    print("failed: \($0)")
    exit(1)
  }
}

let counts = Counts()
var options = OutboxOptions()
switch words[0] {
case "alone":
  // One commit for each: what a program without group commit pays.
  options.commitDelay = .zero
  let outbox = try Outbox(path, options, sink: nil, audit: nil, on: reactor)
  listen(outbox, counts)
  for number in 0..<count {
    outbox.take(notification(number))
    reactor.run { counts.accepted > number }
  }
  outbox.close()
case "accept":
  let outbox = try Outbox(path, options, sink: nil, audit: nil, on: reactor)
  listen(outbox, counts)
  run(outbox, giving: count) { counts.accepted == count }
  outbox.close()
case "drain", "through":
  let outbox = try Outbox(path, options, sink: sink(), audit: nil, on: reactor)
  listen(outbox, counts)
  run(outbox, giving: words[0] == "drain" ? 0 : count) { counts.ended == count }
  outbox.close()
case "direct":
  let queue = MemoryQueue(try sink(), MemoryQueue.Options(), on: reactor)
  listen(queue, counts)
  run(queue, giving: count) { counts.ended == count }
  queue.close()
default:
  print(usage)
  exit(64)
}
tell(words[0])
for (end, number) in counts.others { print("\(number) times \(end)") }
