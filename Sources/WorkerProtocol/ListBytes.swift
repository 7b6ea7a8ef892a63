extension ByteWriter {
  /// Writes the number of some values, and each of them.
  package mutating func write<Value>(_ values: [Value], _ body: (inout ByteWriter, Value) -> Void) {
    write(UInt32(values.count))
    for value in values { body(&self, value) }
  }

  /// Writes a value that may not be there.
  package mutating func write<Value>(optional value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
    write(value != nil)
    if let value { body(&self, value) }
  }

  /// Writes a number with a fraction.
  package mutating func write(_ number: Double) { write(number.bitPattern) }
}

extension ByteReader {
  /// Reads values that ``ByteWriter`` has written; throws where there are more than a limit.
  package mutating func readList<Value>(
    limit: Int, _ body: (inout ByteReader) throws(Truncated) -> Value
  ) throws(Truncated) -> [Value] {
    let count = Int(try read(UInt32.self))
    guard count <= limit else { throw Truncated() }
    var values: [Value] = []
    for _ in 0..<count { values.append(try body(&self)) }
    return values
  }

  /// Reads a value that may not be there.
  package mutating func readOptional<Value>(
    _ body: (inout ByteReader) throws(Truncated) -> Value
  ) throws(Truncated) -> Value? {
    try readFlag() ? try body(&self) : nil
  }

  /// Reads a text; throws where it has more bytes than a limit.
  package mutating func readText(limit: Int) throws(Truncated) -> String {
    let text = try readText()
    guard text.utf8.count <= limit else { throw Truncated() }
    return text
  }

  /// Reads a number with a fraction; throws where it is not within a range.
  package mutating func readDouble(in range: ClosedRange<Double>) throws(Truncated) -> Double {
    let number = Double(bitPattern: try read(UInt64.self))
    guard range.contains(number) else { throw Truncated() }
    return number
  }

  /// Reads the place of a case in an enumeration; throws where there is none at it.
  package mutating func readCase<Case: CaseIterable>(
    _ type: Case.Type
  ) throws(Truncated) -> Case where Case.AllCases == [Case] {
    let place = Int(try read(UInt8.self))
    guard Case.allCases.indices.contains(place) else { throw Truncated() }
    return Case.allCases[place]
  }
}

extension ByteWriter {
  /// Writes the place of a case in its enumeration.
  package mutating func write<Case: CaseIterable & Equatable>(
    place value: Case
  ) where Case.AllCases == [Case] {
    write(UInt8(clamping: Case.allCases.firstIndex(of: value) ?? 0))
  }
}
