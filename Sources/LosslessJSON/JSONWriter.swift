/// Writes JSON piece by piece, with the commas put where they belong.
package struct JSONWriter: ~Copyable {
  package var buffer: ByteBuffer
  private var needsComma = false

  package init(capacity: Int = 256) { buffer = ByteBuffer(capacity: capacity) }

  /// Begins anew.
  package mutating func removeAll() {
    buffer.removeAll()
    needsComma = false
  }

  /// Ends a line of NDJSON; another value may follow.
  package mutating func endLine() {
    buffer.append(0x0A)
    needsComma = false
  }

  /// The written JSON as a string.
  package var text: String { String(decoding: buffer.bytes, as: UTF8.self) }

  private mutating func separate() {
    if needsComma { buffer.append(0x2C) }
    needsComma = true
  }

  /// Begins an object, as an element or behind a key.
  package mutating func beginObject() {
    separate()
    buffer.append(0x7B)
    needsComma = false
  }

  /// Ends the object that was begun last.
  package mutating func endObject() {
    buffer.append(0x7D)
    needsComma = true
  }

  /// Begins an array, as an element or behind a key.
  package mutating func beginArray() {
    separate()
    buffer.append(0x5B)
    needsComma = false
  }

  /// Ends the array that was begun last.
  package mutating func endArray() {
    buffer.append(0x5D)
    needsComma = true
  }

  /// Writes a key; one value must follow.
  package mutating func key(_ name: String) {
    separate()
    JSONString.append(name, to: &buffer)
    buffer.append(0x3A)
    needsComma = false
  }

  /// Writes a string, escaped as RFC 8259 §7 requires.
  package mutating func value(_ text: String) {
    separate()
    JSONString.append(text, to: &buffer)
  }

  /// Writes a whole number.
  package mutating func value(_ number: some BinaryInteger) {
    separate()
    buffer.append(decimal: number)
  }

  /// Writes `true` or `false`.
  package mutating func value(_ flag: Bool) {
    separate()
    buffer.append(flag ? "true" : "false")
  }

  /// Writes `null`.
  package mutating func null() {
    separate()
    buffer.append("null")
  }

  /// Writes `json`, which is one JSON value already.
  package mutating func raw(_ json: UnsafeRawBufferPointer) {
    separate()
    buffer.append(json)
  }

  /// Writes `json`, which must be one JSON value.
  package mutating func raw(_ json: String) {
    separate()
    buffer.append(json)
  }

  /// Says that a value was put into `buffer` behind a key.
  package mutating func endValue() { needsComma = true }

  /// Writes a member with a string.
  package mutating func member(_ name: String, _ text: String) {
    key(name)
    value(text)
  }

  /// Writes a member with a whole number.
  package mutating func member(_ name: String, _ number: some BinaryInteger) {
    key(name)
    value(number)
  }

  /// Writes a member with `true` or `false`.
  package mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    value(flag)
  }

  /// Writes a member with an array of strings.
  package mutating func member(_ name: String, _ texts: [String]) {
    key(name)
    beginArray()
    for text in texts { value(text) }
    endArray()
  }
}
