import APNs
import APNsCredentials
import Applications
import Delivery
import EventLoop
import Foundation
import NotificationModel

// What the sink does through one connection, against `nghttpd` for example: rate, CPU time, memory.
//
// Tests/Performance/apns.py runs it beside h2load and aioapns.

let words = CommandLine.arguments
guard words.count == 6, let port = Int(words[1]), let count = Int(words[4]), let streams = Int(words[5])
else {
  print("usage: APNsBenchmark PORT CA-FILE P8-FILE COUNT STREAMS; for example 8443 ca.pem k.p8 100000 500")
  exit(64)
}
var options = APNsOptions()
options.server = .init(host: "localhost", port: port)
options.trustRoots = words[2]
options.connections = 1
options.streams = streams
options.topic = "com.example.app"

func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let key = try SigningKey(p8: Array(Data(contentsOf: URL(fileURLWithPath: words[3]))))
let credential = try Credential(
  name: "benchmark", secret: .key(key, keyID: "ABCDE12345", teamID: "TEAM123456"), application: .development)
let reactor = try Reactor()
let sink = try APNsSink([credential], options, on: reactor)
let text = #"{"aps":{"alert":{"title":"Ann","body":""# + String(repeating: "x", count: 500 - 44) + #""}}}"#
let payload = Array(text.utf8)
let token = String(repeating: "ab", count: 32)

var started = seconds()
var given = 0
var done = 0
var others: [String: Int] = [:]
sink.events.reported = { reports in
  done += reports.count
  for report in reports where report.result != .done { others["\(report.result)", default: 0] += 1 }
}
while done < count {
  let room = min(sink.room, count - given, 500)
  if room > 0 {
    var batch: [PushNotification] = []
    batch.reserveCapacity(room)
    for index in 0..<room {
      batch.append(
        PushNotification(
          ticket: UInt64(given + index), place: "benchmark", deviceToken: token, payload: payload))
    }
    given += room
    sink.take(batch)
  }
  reactor.turn(timeout: room == 0 || given == count ? .seconds(1) : .zero)
}
let time = seconds() - started
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let cpu =
  Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
  + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
print(
  "\(payload.count) bytes, \(streams) in flight: \(Int(Double(count) / time))/s, \(cpu) s of CPU, \(usage.ru_maxrss / 1024) MiB"
)
for (result, number) in others { print("\(number) times \(result)") }
sink.close()
