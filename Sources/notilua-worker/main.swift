import ExtensionRuntime
import Glibc
import LuaSandbox
import NotificationModel

func slurp(_ fd: Int32) -> [UInt8] {
  var all: [UInt8] = []
  var buf = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let n = read(fd, &buf, buf.count)
    if n <= 0 { break }
    all.append(contentsOf: buf[0..<n])
  }
  return all
}
let fd = open(CommandLine.arguments[1], O_RDONLY)
let source = slurp(fd)
let input = slurp(0)
let plugin = try Plugin(definition: PluginDefinition(name: "p", path: "p.lua", source: source), seed: 1)
if let f = plugin.loadFault { fatalError("\(f)") }
let chain = Chain(plugins: [plugin])
let flight = try Flight(depthLimit: 64, duplicateKeys: .reject)
var out = ByteBuffer(capacity: 1 << 20)
var t0 = clock()
var n = 0
input.withUnsafeBytes { bytes in
  var at = 0
  while at < bytes.count {
    let end = memchr(bytes.baseAddress! + at, 10, bytes.count - at)!
    let len = end - UnsafeMutableRawPointer(mutating: bytes.baseAddress! + at)
    do {
      try flight.begin(UnsafeRawBufferPointer(rebasing: bytes[at..<at + len]))
      _ = chain.run(flight)
      if flight.action == .deliver {
        flight.state.pointee.document.encodeAll(to: &out)
        out.append(10)
      }
      if n == 0 && !flight.faults.isEmpty { print(flight.faults) }
    } catch { print("reject", error) }
    n += 1
    if out.count > 1 << 19 { write(1, out.start, out.count); out.removeAll() }
    at += len + 1
  }
}
write(1, out.start, out.count)
let us = Double(clock() - t0) / Double(n)
_ = "\(us) us per notification, \(n)\n".withCString { write(2, $0, strlen($0)) }
