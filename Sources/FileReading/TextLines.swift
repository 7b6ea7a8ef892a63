/// The beginnings of the lines of a text, to name the place of a byte.
package struct TextLines {
  private let bytes: [UInt8]
  private let starts: [Int]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
    self.starts = starts
  }

  /// Returns the line of a byte, from 1.
  package func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// Returns the line and the column of a byte, from 1; columns count characters of Unicode.
  package func place(of offset: Int) -> String {
    let line = line(of: offset)
    let before = bytes[starts[line - 1]..<min(max(offset, starts[line - 1]), bytes.count)]
    // Nobody counts so far, and a file may be one line.
    if before.count > 2000 { return "\(line)" }
    return "\(line):\(1 + before.count { $0 & 0xC0 != 0x80 })"
  }
}

extension [UInt8] {
  /// The bytes without the byte order mark of UTF-8, which some editors put before a text.
  package var withoutMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }

  /// The bytes without any such marks, of which a file that was converted twice has two.
  package var withoutMarks: [UInt8] {
    var rest = self[...]
    while rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    return rest.count == count ? self : Array(rest)
  }
}
