import Delivery

/// What every source keeps to, wherever its lines come from.
package enum SourceConformance {
  /// The lines that ``breaches(_:)`` expects a source to be made of; none longer than ``limit`` but one.
  package static let lines: [[UInt8]] = [
    "a", "", "{\"b\":1}", " \t", String(repeating: "x", count: 65), "c", String(repeating: "y", count: 64),
    String(repeating: "z", count: 1000), "é", "last",
  ].map { Array($0.utf8) }
  package static let limit = 64

  /// What a source gives of ``lines``: the number, and the line or, where it is too long, its length.
  private static let expected = [
    "1:a", "3:{\"b\":1}", "5!65", "6:c", "7:" + String(repeating: "y", count: 64), "8!1000", "9:é", "10:last",
  ]

  /// Reads a source in several ways; says what it broke, which is nothing for one that conforms.
  ///
  /// - Parameter make: makes a source of ``lines``, once for each way.
  package static func breaches(_ make: () throws -> any NotificationSource) rethrows -> [String] {
    var breaches: [String] = []
    for (most, capacity) in [(4096, 4096), (1, 4096), (2, 128), (4096, 66)] {
      let source = try make()
      let seen = read(source, most, capacity, &breaches)
      if seen != expected { breaches.append("\(most) lines in \(capacity) bytes gave \(seen)") }
    }
    return breaches
  }

  private static func read(
    _ source: any NotificationSource, _ most: Int, _ capacity: Int, _ breaches: inout [String]
  ) -> [String] {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { memory.deallocate() }
    let passed = Passed()
    source.onOversized = { passed.bytes += $0.count }
    var seen: [String] = []
    source.begin(memory)
    for _ in 0..<10_000 {
      switch source.fill(memory, most: most) {
      case .nothing:
        // The memory becomes another's, and what it had of a line is taken along.
        source.leave(memory)
        memory.initializeMemory(as: UInt8.self, repeating: 0xFF)
        source.begin(memory)
        continue
      case .lines:
        if source.lines.isEmpty || source.lines.count > most {
          breaches.append("it gives \(source.lines.count) lines where \(most) may be")
        }
        for line in source.lines {
          let bytes = memory[line.offset..<line.offset + line.count]
          seen.append("\(line.number):\(String(decoding: bytes, as: UTF8.self))")
        }
      case .oversized(let line, let count):
        if passed.bytes != count { breaches.append("it passes on \(passed.bytes) bytes of \(count)") }
        passed.bytes = 0
        seen.append("\(line)!\(count)")
      case .failed(let code): breaches.append("it failed with \(code)")
      case .ended:
        source.begin(memory)
        if source.fill(memory, most: most) != .ended { breaches.append("it goes on behind its end") }
        return seen
      }
      source.begin(memory)
    }
    breaches.append("it does not end")
    return seen
  }
}

/// The bytes of too long lines that a source has passed on.
private final class Passed {
  var bytes = 0
}
