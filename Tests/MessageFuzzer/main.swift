// Gives the reader of messages, and the decoder of pushes, what nobody meant to write, and composes whatever is taken.
//
// usage: MessageFuzzer SECONDS [SEED]
//
// A crash ends the process, and so does an input that takes more than ten seconds; the input is in the file that was
// printed at the start. What is taken must keep the rules: a payload that fits, and that is decoded to the message's names.

import Composition
import Foundation
import NotificationModel
import PushExtras

/// The messages, and the payloads as devices receive them, that mutations begin with.
let seeds: [[UInt8]] = [
  #"{"id":"m1","object_name":"RC:TxtMsg","channel_type":"PR","from":"2121","from_name":"Ann","text":"Hello"}"#,
  #"{"id":"m1","object_name":"RC:RcCmd","channel_type":10,"from":"a","target":"g","channel":"c","recalls":"m0","#
    + #""push_data":"{\"a\":1}","push_content":"x","push_title":"t","disable_push_title":false,"badge":7}"#,
  #"{"id":"m1","object_name":"RC:FileMsg","channel_type":"GRP","from":"a","target":"g","file_name":"a.pdf","#
    + #""mention":{"type":"users","users":["b"],"content":"you"},"burn_after_reading":true,"badge":"count","#
    + #""template":"T","template_arguments":["1"],"force_show_detail_content":true}"#,
  #"{"application":"chat","recipients":["a","b"],"dry_run":false,"id":"m1","object_name":"app:x","channel_type":1,"#
    + #""from":"a","push_content":"c","badge":7.0}"#,
  #"{"aps":{"alert":"x"},"rc":{"cType":"PR","fId":"2121","rc-dlt-identifier":["A"]},"#
    + #""appData":"{\"rc-dlt-identifier\":\"B\"}"}"#,
].map { Array($0.utf8) }

func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
  let tokens = [
    "\"", "{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-0", "\\u0000", "\\ud800", "\u{FEFF}", "\n",
    "RC:", "RC:RcCmd", "RC:ImgMsg", "UG", "rc-dlt-identifier", "%1$@", "%", "👨‍👩‍👧", "e\u{301}",
    String(repeating: "[", count: 80), String(repeating: "\\u0001", count: 900),
    String(repeating: "a\u{301}", count: 3000), String(repeating: "字", count: 5000),
  ]
  var bytes = bytes
  for _ in 0..<Int.random(in: 0...6, using: &random) {
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

func makeRecipient(_ random: inout RandomSource) -> Recipient {
  var recipient = Recipient(user: Bool.random(using: &random) ? "b" : "\"\u{0}")
  recipient.locales = [["zh-Hans"], ["de", "en"], [], ["\n"]].randomElement(using: &random) ?? []
  recipient.permission = .granted(.init(rawValue: UInt8.random(in: 0...255, using: &random)))
  recipient.badgeCount = Bool.random(using: &random) ? .max : 0
  recipient.hidesDetails = Bool.random(using: &random)
  return recipient
}

/// Reads an input; tells whether it was taken for a message.
func isTaken(_ bytes: [UInt8], _ composer: Composer, _ random: inout RandomSource) -> Bool {
  _ = PushExtra(payload: String(decoding: bytes, as: UTF8.self))
  let request = try? MessageReader.request(bytes)
  precondition(request?.recipients.isEmpty != true, "a request without recipients")
  guard let message = (try? MessageReader.message(bytes)) ?? request?.message else { return false }
  // What is kept in the registry is read again after a crash.
  guard let again = try? MessageReader.message(Array(message.json.utf8)) else {
    fatalError("a message that was written is not read")
  }
  precondition(again.json.utf8.elementsEqual(message.json.utf8), "a message changes when it is read again")
  let recipient = makeRecipient(&random)
  guard case .push(let push, _) = composer.compose(message, for: recipient) else { return true }
  precondition(push.payload.count <= 4096, "the payload is too large")
  guard let extra = PushExtra(payload: String(decoding: push.payload, as: UTF8.self)) else {
    fatalError("the payload is not decoded")
  }
  precondition(extra.messageID == message.id && extra.recipientID == recipient.user, "a name has changed")
  precondition(
    message.recalledID.map { extra.recalledMessageIDs.contains($0) } ?? true, "the recall is lost")
  precondition(extra.channelID == nil || message.channel.type == .superGroup, "a channel where there is none")
  return true
}

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 10
let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? UInt64(getpid())
var random = RandomSource(seed: seed)
let composer = Composer(try MessageTexts())
let input = FileManager.default.temporaryDirectory.appending(path: "message-fuzzer-\(getpid())")
// Where it is a file, standard output is written when the process ends well.
FileHandle.standardError.write(Data("the input is in \(input.path), the seed is \(seed)\n".utf8))

// What mutations begin with is right, but for the payload.
for sample in seeds.dropLast() {
  precondition(isTaken(sample, composer, &random), "a right message is refused")
}
// What was taken is mutated further.
var pool = seeds
var (count, taken) = (0, 0)
let end = Date().addingTimeInterval(seconds)
while Date() < end {
  guard let sample = pool.randomElement(using: &random) else { break }
  let bytes = mutated(sample, &random)
  guard FileManager.default.createFile(atPath: input.path, contents: Data(bytes)) else { break }
  // SIGALRM ends the process where one input takes too long.
  alarm(10)
  if isTaken(bytes, composer, &random) {
    taken += 1
    if bytes.count < 8192 {
      if pool.count < 500 {
        pool.append(bytes)
      } else {
        pool[Int.random(in: seeds.count..<pool.count, using: &random)] = bytes
      }
    }
  }
  count += 1
}
alarm(0)
try FileManager.default.removeItem(at: input)
print("\(count) inputs, \(taken) of them read as messages")
