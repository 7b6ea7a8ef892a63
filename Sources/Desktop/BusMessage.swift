import CSystemd

/// A message of D-Bus, which is written and read from its beginning to its end.
///
/// Source: D-Bus Specification, "Type system".
final class BusMessage {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = sd_bus_message_ref(pointer) ?? pointer }

  deinit { sd_bus_message_unref(pointer) }

  private static func code(_ letter: Character) -> CChar { CChar(bitPattern: letter.asciiValue ?? 0) }

  // MARK: Writing

  func append(_ text: String) { sd_bus_message_append_basic(pointer, Self.code("s"), text) }

  func append(_ number: UInt32) {
    var number = number
    sd_bus_message_append_basic(pointer, Self.code("u"), &number)
  }

  func append(_ number: Int32) {
    var number = number
    sd_bus_message_append_basic(pointer, Self.code("i"), &number)
  }

  func append(_ flag: Bool) {
    var number: Int32 = flag ? 1 : 0
    sd_bus_message_append_basic(pointer, Self.code("b"), &number)
  }

  func append(_ byte: UInt8) {
    var byte = byte
    sd_bus_message_append_basic(pointer, Self.code("y"), &byte)
  }

  func append(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes {
      sd_bus_message_append_array(pointer, Self.code("y"), $0.baseAddress, $0.count)
    }
  }

  /// Writes what stands inside of a container: an array `a`, a structure `r`, a dictionary's entry `e`, a variant `v`.
  func inside(_ kind: Character, _ contents: String, _ body: () -> Void) {
    sd_bus_message_open_container(pointer, Self.code(kind), contents)
    body()
    sd_bus_message_close_container(pointer)
  }

  // MARK: Reading

  /// The unique name of the sender's connection.
  var sender: String? { sd_bus_message_get_sender(pointer).map { String(cString: $0) } }

  /// The path of the object that a signal comes from.
  var path: String? { sd_bus_message_get_path(pointer).map { String(cString: $0) } }

  /// The name of the error that the message is; nil for none.
  var errorName: String? {
    guard let error = sd_bus_message_get_error(pointer), let name = error.pointee.name else { return nil }
    return String(cString: name)
  }

  var errorText: String {
    guard let error = sd_bus_message_get_error(pointer), let text = error.pointee.message else { return "" }
    return String(cString: text)
  }

  func readText() -> String? {
    var text: UnsafePointer<CChar>?
    guard sd_bus_message_read_basic(pointer, Self.code("s"), &text) > 0, let text else { return nil }
    return String(cString: text)
  }

  func readNumber() -> UInt32? {
    var number: UInt32 = 0
    return sd_bus_message_read_basic(pointer, Self.code("u"), &number) > 0 ? number : nil
  }

  func readPath() -> String? {
    var text: UnsafePointer<CChar>?
    guard sd_bus_message_read_basic(pointer, Self.code("o"), &text) > 0, let text else { return nil }
    return String(cString: text)
  }

  func readFlag() -> Bool? {
    var number: Int32 = 0
    return sd_bus_message_read_basic(pointer, Self.code("b"), &number) > 0 ? number != 0 : nil
  }

  /// Reads what stands inside of a container, whose contents have to be of a type; nil where they are not.
  func readInside<Value>(_ kind: Character, _ contents: String, _ body: () -> Value?) -> Value? {
    guard sd_bus_message_enter_container(pointer, Self.code(kind), contents) > 0 else { return nil }
    defer { sd_bus_message_exit_container(pointer) }
    return body()
  }

  func readTexts() -> [String] {
    guard sd_bus_message_enter_container(pointer, Self.code("a"), "s") > 0 else { return [] }
    var texts: [String] = []
    while let text = readText() { texts.append(text) }
    sd_bus_message_exit_container(pointer)
    return texts
  }
}
