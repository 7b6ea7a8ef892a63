// A worker that is not ours any more: it does what the name that it is started by says. For tests of the host.

import Glibc
import NotificationModel
import WorkerProtocol

let lie = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""
let layout = SharedLayout(lineCapacity: Int(CommandLine.arguments[4]) ?? 0)
guard let results = mmap(nil, layout.resultsSize, PROT_READ | PROT_WRITE, MAP_SHARED, 4, 0),
  let requests = mmap(nil, layout.requestsSize, PROT_READ, MAP_SHARED, 3, 0)
else { exit(1) }

func put(_ bytes: [UInt8]) {
  var sent = 0
  while sent < bytes.count {
    let count = bytes[sent...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    if count <= 0 { exit(0) }
    sent += count
  }
}

/// A note as the host reads it.
func note(_ plugin: String, _ level: String, _ text: String) -> [UInt8] {
  var writer = ByteWriter()
  for part in [plugin, level, text] { writer.write(part) }
  return writer.bytes
}

func take(_ count: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  var filled = 0
  while filled < count {
    let got = bytes[filled...].withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
    if got <= 0 { exit(0) }
    filled += got
  }
  return bytes
}

func takeFrame() -> Frame {
  guard let frame = take(Frame.headerSize).withUnsafeBytes({ Frame(header: $0) }) else { exit(1) }
  if !frame.isShared { _ = take(frame.count) }
  return frame
}

/// One plugin, of which nothing is to be said.
func sayLoaded() {
  var body = ByteWriter()
  // The version of Landlock.
  body.write(lie == "smallest-landlock" ? Int32.min : 1)
  body.write(UInt32(1))
  for text in ["p", "", "", "skip"] { body.write(text) }
  body.write(false)
  body.write(false)
  body.write(UInt32(0))
  body.write(UInt32(0))
  body.write(UInt32(0))
  put(Frame(.loaded, count: body.bytes.count).header + body.bytes)
}

/// Writes the results of a batch: each record's output, and the tally.
func putResults(
  _ frame: Frame, _ items: Int, output: [UInt8], action: ResultRecord.Action = .deliver, outcome: String = "",
  notes: [UInt8] = [], effects: [UInt8] = [], isChanged: Bool = false, runs: UInt32 = 0, id: UInt64? = nil,
  pushType: PushType? = nil
) {
  var tally = TallyRecord()
  tally.runs = runs
  let header = ResultHeader(
    records: items, tallies: 1, outputCount: items * output.count,
    outcomeCount: items * outcome.utf8.count,
    noteCount: items * notes.count, effectCount: items * effects.count)
  var body: [UInt8] = withUnsafeBytes(of: header) { Array($0) }
  for item in 0..<items {
    let record = ResultRecord(
      item: item, action: action, isChanged: isChanged, faults: 0, outputCount: output.count,
      outcomeCount: outcome.utf8.count, noteCount: notes.count, effectCount: effects.count,
      pushType: pushType)
    // A record's stride has bytes that no field has.
    var bytes = [UInt8](repeating: 0, count: MemoryLayout<ResultRecord>.stride)
    withUnsafeBytes(of: record) { bytes.replaceSubrange(0..<$0.count, with: $0) }
    body += bytes
  }
  body += withUnsafeBytes(of: tally) { Array($0) }
  for _ in 0..<items { body += output }
  for _ in 0..<items { body += Array(outcome.utf8) }
  for _ in 0..<items { body += notes }
  for _ in 0..<items { body += effects }
  put(Frame(.results, id: id ?? frame.id, count: body.count).header + body)
}

/// The same with a text as the output.
func putResults(
  _ frame: Frame, _ items: Int, output: String, action: ResultRecord.Action = .deliver, outcome: String = "",
  notes: [UInt8] = [], effects: [UInt8] = [], isChanged: Bool = false, runs: UInt32 = 0, id: UInt64? = nil,
  pushType: PushType? = nil
) {
  putResults(
    frame, items, output: Array(output.utf8), action: action, outcome: outcome, notes: notes,
    effects: effects, isChanged: isChanged, runs: runs, id: id, pushType: pushType)
}

/// Answers a request for a view.
func putView(_ frame: Frame, _ items: Int) {
  let forged = PassEffects(
    attachments: [Attachment(identifier: "a", url: "file:///forged")], withdrawals: ["m1"])
  putResults(
    frame, items, output: ViewLies.bytes(lie), effects: lie == "view-effects" ? forged.bytes : [])
  // Nobody has asked for another.
  if lie == "view-unasked" { putResults(frame, items, output: ViewLies.bytes(lie)) }
}

/// An envelope in the place of a payload, with all that says where a notification goes.
let forgedEnvelope =
  #"{"aps":{"alert":"forged"},"id":"forged","device_token":"ffff","environment":"production","#
  + #""headers":{"apns-topic":"forged","apns-priority":"1","apns-collapse-id":"forged","#
  + #""apns-id":"0f6f1d5e-ffff-4fff-8fff-ffffffffffff"},"rc":{"id":"forged"},"payload":{"aps":{}}}"#

/// Writes another device token over the lines of the host, by every way that there is to its memory.
func overwriteRequests() {
  let lines = SharedLayout.linesOffset
  let forged = Array(#"{"id":"forged","device_token":"ffff","payload":{"aps":{}}}"#.utf8)
  for slot in 0..<SharedLayout.slots {
    let at = slot * layout.requestSlotSize + lines
    _ = pwrite(3, forged, forged.count, off_t(at))
    if let memory = mmap(nil, layout.requestsSize, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0),
      memory != MAP_FAILED
    {
      (memory + at).copyMemory(from: forged, byteCount: forged.count)
    }
    let again = open("/proc/self/fd/3", O_RDWR)
    _ = pwrite(again, forged, forged.count, off_t(at))
    if mprotect(requests, layout.requestsSize, PROT_READ | PROT_WRITE) == 0 {
      (requests + at).copyMemory(from: forged, byteCount: forged.count)
    }
  }
}

_ = takeFrame()
sayLoaded()
while true {
  let frame = takeFrame()
  let items = Int(
    (requests + Int(frame.id % 2) * layout.requestSlotSize).loadUnaligned(as: BatchHeader.self).items)
  let good = "{\"aps\":{}}\n"
  if frame.kind == .present {
    putView(frame, items)
    continue
  }
  if let effects = DeliveryLies.effects(lie) {
    putResults(frame, items, output: "", effects: effects)
    continue
  }
  switch lie {
  case _ where lie.hasPrefix("view-"): putResults(frame, items, output: "")
  case "forges-type":
    putResults(frame, items, output: #"{"aps":{"alert":"forged"}}"#, isChanged: true, pushType: .voip)
  case "unasked-type": putResults(frame, items, output: "", pushType: .voip)
  case "wrong-id": putResults(frame, items, output: good, id: .max)
  case "wrong-progress":
    results.storeBytes(of: WorkerProgress(plugin: 1, item: 0, batch: .max), as: WorkerProgress.self)
    exit(1)
  case "smallest-landlock": putResults(frame, items, output: good)
  case "impossible-tally": putResults(frame, items, output: good, runs: .max)
  case "no-output": putResults(frame, items, output: "")
  case "newline-in-output": putResults(frame, items, output: "{}\n" + good)
  case "newline-in-outcome": putResults(frame, items, output: good, outcome: "\n{\"line\":77}")
  case "halts": putResults(frame, items, output: "", action: .halt)
  case "no-json": putResults(frame, items, output: "{\"aps\":{}\n")
  case "list": putResults(frame, items, output: "[{\"aps\":{}}]\n")
  case "control-in-output": putResults(frame, items, output: "{\"aps\":\"\u{1B}[2J\u{0}\"}\n")
  case "two-objects": putResults(frame, items, output: "{\"aps\":{}}{}\n")
  case "forges-envelope": putResults(frame, items, output: forgedEnvelope, isChanged: true)
  case "overwrites-requests":
    overwriteRequests()
    putResults(frame, items, output: "")
  case "newline-in-payload":
    putResults(frame, items, output: "{\"aps\":\n{}}", isChanged: true)
  case "unasked-payload": putResults(frame, items, output: forgedEnvelope)
  case "unreadable-effects": putResults(frame, items, output: "", effects: [1, 0, 255, 255, 255, 255])
  case "remote-attachment":
    let effects = PassEffects(attachments: [Attachment(identifier: "a", url: "https://example.com/a.png")])
    putResults(frame, items, output: "", effects: effects.bytes)
  case "empty-recall": putResults(frame, items, output: "", effects: PassEffects(withdrawals: [""]).bytes)
  case "huge-output":
    putResults(frame, items, output: "{\"a\":\"\(String(repeating: "x", count: 20 << 20))\"}\n")
  case "no-json-outcome": putResults(frame, items, output: good, outcome: "\"action\":\"deliver\"}{\"a\":1")
  case "long-cause":
    putResults(
      frame, items, output: "", action: .reject, outcome: String(repeating: "\u{1B}x", count: 13 << 20))
  case "long-notes":
    let notes = (0..<5000).flatMap { note("p", "info", "\($0)" + String(repeating: "x", count: 4000)) }
    putResults(frame, items, output: good, notes: notes)
  case "foreign-notes":
    putResults(
      frame, items, output: good, notes: note("q", "info", "forged") + note("p", "notilua", "forged"))
  case "scribbles":
    while true {
      results.storeBytes(
        of: WorkerProgress(plugin: .max, item: .max - 1, batch: frame.id), as: WorkerProgress.self)
      usleep(1000)
    }
  case "idles":
    results.storeBytes(of: .idle, as: WorkerProgress.self)
    while true { pause() }
  case "unknown-frame": put([UInt8](repeating: 0xFF, count: 64))
  case "endless-body":
    put(Frame(.results, id: frame.id, count: Frame.bodyLimit).header)
    while true { put([UInt8](repeating: 0x20, count: 4096)) }
  case "loaded-twice": while true { sayLoaded() }
  case "requests":
    // Nobody granted it anything.
    let body = [UInt8](repeating: 0, count: 16)
    while true { put(Frame(.capability, id: 1, count: body.count).header + body) }
  case "toggles-batch":
    var isFirst = false
    while true {
      // As if one batch after another began.
      isFirst.toggle()
      results.storeBytes(
        of: WorkerProgress(plugin: 1, item: 0, batch: isFirst ? frame.id : frame.id ^ 1),
        as: WorkerProgress.self)
      usleep(1000)
    }
  case "unasked-counts":
    while true { put(Frame(.lineCounts, count: 1 << 20).header + [UInt8](repeating: 0, count: 1 << 20)) }
  case "silence":
    var item: UInt32 = 0
    while true {
      // Busy to look at, and never done.
      item = item &+ 1
      results.storeBytes(
        of: WorkerProgress(plugin: 1, item: item % 2, batch: frame.id), as: WorkerProgress.self)
      usleep(1000)
    }
  default: exit(3)
  }
}
