import Delivery
import Glibc
import Testing

/// Lines as they are cut, whatever the pieces that they come in.
struct LineSourceTests {
  /// What a reader gives of `pieces`, each of which comes once the one before has been read.
  private static func read(_ pieces: [[UInt8]], limit: Int = 64, most: Int = 4096, capacity: Int = 128)
    -> [String]
  {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return ["no pipe"] }
    defer { close(ends[0]) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { memory.deallocate() }
    let reader = LineSource(file: ends[0], limit: limit)
    var passed: [UInt8] = []
    reader.onOversized = { passed += $0 }
    reader.begin(memory)
    var seen: [String] = []
    var waiting = pieces.filter { !$0.isEmpty }[...]
    while true {
      if !reader.hasMore {
        if let piece = waiting.popFirst() {
          _ = piece.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        } else if ends[1] >= 0 {
          close(ends[1])
          ends[1] = -1
        }
      }
      switch reader.fill(memory, most: most) {
      case .nothing: break
      case .lines:
        for line in reader.lines {
          let bytes = UnsafeRawBufferPointer(rebasing: memory[line.offset..<line.offset + line.count])
          seen.append("\(line.number):\(String(decoding: bytes, as: UTF8.self))")
        }
        if reader.lacksNewline { seen.append("no newline") }
        reader.begin(memory)
      case .oversized(let line, let count):
        seen.append("\(line)!\(count)=\(passed.count)")
        passed = []
        reader.begin(memory)
      case .ended: return seen
      case .failed(let code): return seen + ["failed \(code)"]
      }
    }
  }

  private static func read(_ texts: String..., limit: Int = 64, most: Int = 4096) -> [String] {
    read(texts.map { Array($0.utf8) }, limit: limit, most: most)
  }

  @Test func cutsAtNewlinesAndKeepsTheRest() {
    #expect(Self.read("a\nb\nc", "d\n") == ["1:a", "2:b", "3:cd"])
    #expect(Self.read("a", "b", "\n", "c") == ["1:ab", "2:c", "no newline"])
    #expect(Self.read("") == [])
    #expect(Self.read("a\r\nb\r\n") == ["1:a\r", "2:b\r"])
  }

  @Test func givesNoMoreLinesThanAreAskedFor() {
    #expect(Self.read("a\nb\nc\nd\ne", most: 1) == ["1:a", "2:b", "3:c", "4:d", "5:e", "no newline"])
    #expect(Self.read("a\nb\nc\n", "d\n", most: 2) == ["1:a", "2:b", "3:c", "4:d"])
  }

  @Test func passesBlankLinesByAndCountsThem() {
    #expect(Self.read("\n \n\t\r\na\n\n") == ["4:a"])
    #expect(Self.read(String(repeating: "\n", count: 500), "a\n") == ["501:a"])
  }

  @Test func takesAMarkFromTheStartOnly() {
    #expect(
      Self.read([[0xEF, 0xBB], [0xBF, 0x61, 0x0A], [0xEF, 0xBB, 0xBF, 0x62]]) == [
        "1:a", "2:\u{FEFF}b", "no newline",
      ])
    #expect(Self.read([[0xEF, 0xBB]]) == ["1:\u{FFFD}", "no newline"])
  }

  @Test func passesOnWhatIsTooLongAndGoesOn() {
    let long = String(repeating: "x", count: 65)
    #expect(Self.read("a\n\(long)\nb\n") == ["1:a", "2!65=65", "3:b"])
    #expect(Self.read(long) == ["1!65=65"])
    // Longer than there is room for.
    let monster = String(repeating: "y", count: 1000)
    #expect(Self.read("\(monster)\nb") == ["1!1000=1000", "2:b", "no newline"])
    #expect(Self.read("\(monster)", "\(monster)\n", "c\n") == ["1!2000=2000", "2:c"])
    // As long as it may be.
    #expect(Self.read(String(long.dropLast()) + "\n", "b\n") == ["1:\(long.dropLast())", "2:b"])
  }

  @Test(arguments: 1...40)
  func cutsTheSameWhateverThePieces(_ size: Int) {
    let text =
      "{\"a\":1}\n\n{\"b\":\"\(String(repeating: "z", count: 40))\"}\n\(String(repeating: "w", count: 90))\nlast"
    let bytes = Array(text.utf8)
    let pieces = stride(from: 0, to: bytes.count, by: size).map {
      Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    #expect(Self.read(pieces) == Self.read([bytes]))
    #expect(Self.read(pieces, most: 1) == Self.read([bytes]))
  }
}
