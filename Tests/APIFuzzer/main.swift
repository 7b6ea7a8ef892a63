// Gives the readers of the HTTP API what nobody meant to send: envelopes, streams, orders, and the keys that requests show.
//
// usage: APIFuzzer SECONDS [SEED]
//
// A crash ends the process, and so does an input that takes more than ten seconds; the input is in the file that was
// printed at the start. What is taken must keep the rules: the payload is the sender's own bytes, and the topic one of the key's.

import APNsCredentials
import Applications
import ClientKeys
import Foundation
import FrontDoor
import HTTPTypes
import NotificationModel
import Operations
import OutboxRecords
import RESTInterface
import Registry

enum Format: String, CaseIterable {
  case envelope, stream, recall, test, device, part, keys, authorization
}

let device = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
let secret = APISecret(keyID: "ABC123DEFG")
let key = try APIKey(
  keyID: "ABC123DEFG", scopes: [.send],
  grant: KeyGrant(topics: .apps(["com.example.app"]), rate: KeyRate(perSecond: 1_000_000)),
  digest: secret.digest)
let caller = APICaller(key)
let gate = APIGate(keys: [key])
let application = Applications.Application(key: "chat", bundleID: "com.example.app")

/// What mutations begin with.
func makeSeeds() -> [(format: Format, bytes: [UInt8])] {
  let small = #"{"device_token":"ab","payload":{"aps":{}}}"#
  let whole = """
    {"id":"m1","device_token":"ab","locale":["de-AT","en"],"time_zone":"Europe/Rome","environment":"sandbox",\
    "headers":{"apns-topic":"com.example.app.voip","apns-push-type":"voip","apns-priority":5,"apns-expiration":"1",\
    "apns-collapse-id":"c","apns-id":"0D5A1C4E-0000-4000-8000-00000000000A"},"payload":{"aps":{}}}
    """
  let test = """
    {"device_token":"ab","topic":"com.example.app","environment":"sandbox","title":"t","body":"b","locale":"de"}
    """
  let phone = """
    {"device":"phone","application":"chat","user":"ann","token":"00fc13ad","locales":["zh-Hans","en"],\
    "time_zone":"Europe/Rome","permission":{"state":"granted","parts":["alert"]},"hides_details":true,"badge":1e1,\
    "registered_at":"2026-01-31T12:00:00.000Z","state":"suspended"}
    """
  let texts: [(Format, String)] = [
    (
      .envelope,
      "{\"device_token\":\"\(device)\",\"payload\":{\"aps\":{\"alert\":\"Hi\"},\"a\":[1,2.5e3,null]}}"
    ),
    (.envelope, whole), (.stream, small + "\n\r\n" + small),
    (.recall, #"{"ids":["m1","m2"],"topic":"com.example.app"}"#), (.test, test),
    (.device, phone), (.part, "a%2Fb%20%E4%BD%A0"), (.keys, "# keys\r\n\n\(key.line)\n"),
    (.authorization, "Bearer \(secret.text)"),
  ]
  return texts.map { ($0.0, Array($0.1.utf8)) }
}

let seeds = makeSeeds()

func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
  let tokens = [
    "\"", "{", "}", "[", "]", ",", ":", "null", "1e999", "-0", "\\u0000", "\\ud800", "\u{FEFF}", "\n", "\r",
    "\u{0}",
    "apns-topic", "device_token", "payload", "attachments", "com.example.other", " ", "nk_", "Bearer ",
    String(repeating: "[", count: 80), String(repeating: "a", count: 300), "{\"aps\":{}},",
  ]
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...6, using: &random) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0...5, using: &random) {
    case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 1 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &random)))
    case 3 where at < bytes.count:
      let end = min(bytes.count, at + Int.random(in: 1...100, using: &random))
      bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
    default: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: at)
    }
  }
  return bytes
}

/// Reads an envelope; tells whether it was taken.
func isTaken(envelope: [UInt8]) -> Bool {
  var settings = SendSettings()
  settings.environment = .sandbox
  var reader = EnvelopeReader(settings)
  guard let push = try? reader.push(envelope, caller, apnsID: "0d5a1c4e-0000-4000-8000-000000000001").push
  else {
    return false
  }
  let notification = push.notification
  precondition(notification.app == "com.example.app", "a topic of another key was taken")
  precondition(envelope.firstRange(of: notification.payload) != nil, "the payload is not the sender's bytes")
  var record: [UInt8] = []
  NotificationRecord.append(notification, to: &record)
  let read = record.withUnsafeBytes { NotificationRecord.read($0, ticket: 1) }
  precondition(
    read?.names == notification.names && read?.payload == notification.payload, "the record differs")
  return true
}

/// Cuts a stream that comes in parts of any size: the lines are those of the whole.
func isTaken(stream: [UInt8], _ random: inout RandomSource) -> Bool {
  func lines(_ size: () -> Int) -> [[UInt8]?] {
    var lines = StreamLines()
    var found: [StreamLines.Line] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let count = size()
      found += lines.take(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    found += lines.end().map { [$0] } ?? []
    return found.map { try? $0.content.get() }
  }
  let whole = lines { stream.count }
  let parts = lines { Int.random(in: 1...20, using: &random) }
  precondition(whole == parts, "the lines of a stream differ with its parts")
  return whole.contains { $0.map { isTaken(envelope: $0) } ?? false }
}

/// Reads a device of an import; tells whether it was taken.
func isTaken(device: [UInt8]) -> Bool {
  guard let body = try? JSONBody(device, known: DeviceReader.importMembers),
    let read = try? DeviceReader(body: body).imported(application)
  else { return false }
  let names = [read.registration.user, read.registration.name]
  precondition((1...256).contains(read.registration.token.count), "a token of any other length was taken")
  precondition(names.allSatisfy { (1...255).contains($0.unicodeScalars.count) }, "an endless name was taken")
  precondition(read.registration.locales.allSatisfy { !$0.contains(",") }, "a locale would be two")
  return true
}

/// Reads an input; tells whether it was taken.
func isTaken(_ format: Format, _ bytes: [UInt8], _ random: inout RandomSource) -> Bool {
  switch format {
  case .envelope: return isTaken(envelope: bytes)
  case .stream: return isTaken(stream: bytes, &random)
  case .recall:
    guard let body = try? JSONBody(bytes, known: ["ids", "topic"]) else { return false }
    return (try? body.texts("ids", limit: 1000)) != nil && (try? body.text("topic")) != nil
  case .test:
    guard let order = try? TestPush(bytes) else { return false }
    if case .token(let envelope) = order.destination { _ = isTaken(envelope: Array(envelope.utf8)) }
    return true
  case .device: return isTaken(device: bytes)
  case .part:
    guard let part = String(validating: bytes, as: UTF8.self) else { return false }
    return (try? PathName.read(part, "device")) != nil
  case .keys:
    guard let keys = try? KeyFile<APIKey>("keys").keys(in: bytes) else { return false }
    let text = keys.map { $0.line + "\n" }.joined()
    guard (try? KeyFile<APIKey>("keys").keys(in: Array(text.utf8))) == keys else {
      fatalError("keys do not read as they were written")
    }
    return !keys.isEmpty
  case .authorization:
    guard let value = String(validating: bytes, as: UTF8.self) else { return false }
    var headers = HTTPFields()
    headers[.authorization] = value
    guard let entered = try? gate.enter(headers, .send, at: .now) else { return false }
    gate.leave(entered)
    // A header holds no control characters: what was taken is what it made of them.
    precondition(
      headers[.authorization]?.utf8.suffix(secret.text.utf8.count).elementsEqual(secret.text.utf8) == true,
      "another key was taken")
    return true
  }
}

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 10
let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? UInt64(getpid())
var random = RandomSource(seed: seed)
let input = FileManager.default.temporaryDirectory.appending(path: "api-fuzzer-\(getpid())").path
// Where it is a file, standard output is written when the process ends well.
FileHandle.standardError.write(Data("the input is in \(input), the seed is \(seed)\n".utf8))
// What was taken is mutated further.
var pool = seeds
var counts: [Format: (inputs: Int, taken: Int)] = [:]
for seed in seeds {
  precondition(isTaken(seed.format, seed.bytes, &random), "a right \(seed.format) is refused")
}
let end = Date().addingTimeInterval(seconds)
while Date() < end {
  guard let format = Format.allCases.randomElement(using: &random),
    let sample = pool.filter({ $0.format == format }).randomElement(using: &random)
  else { continue }
  let bytes = mutated(sample.bytes, &random)
  guard FileManager.default.createFile(atPath: input, contents: Data(bytes)) else { break }
  // SIGALRM ends the process where one input takes too long.
  alarm(10)
  let isTaken = isTaken(format, bytes, &random)
  if isTaken, bytes.count < 16384 {
    if pool.count < 500 {
      pool.append((format, bytes))
    } else {
      let place = Int.random(in: seeds.count..<pool.count, using: &random)
      pool[place] = (format, bytes)
    }
  }
  counts[format, default: (0, 0)].inputs += 1
  counts[format, default: (0, 0)].taken += isTaken ? 1 : 0
}
alarm(0)
try? FileManager.default.removeItem(atPath: input)
for format in Format.allCases {
  let count = counts[format] ?? (0, 0)
  print("\(format.rawValue): \(count.inputs) inputs, \(count.taken) of them taken")
}
print("\(counts.values.reduce(0) { $0 + $1.inputs }) inputs in all")
