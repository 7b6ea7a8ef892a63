import APNsCredentials

/// A key of a client, as one line of a file of keys has it.
package protocol ClientKey: Sendable, Equatable {
  /// The name of the key; two keys of a file never share one.
  var keyID: String { get }
  /// The line of the key, without its end.
  var line: String { get }
  /// The subcommand that makes such keys, such as `notilua keys door`.
  static var command: String { get }

  /// Reads a line.
  ///
  /// - Throws: ``CredentialError`` that says what is wrong in it; its caller says where it stands.
  init(line: ArraySlice<UInt8>) throws(CredentialError)
}
