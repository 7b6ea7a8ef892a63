import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import Notilua

/// The file of keys that a command is about.
protocol KeyPlace: ParsableArguments {
  associatedtype Key: ClientKey
  /// The file; nil for the one of the configuration.
  var keys: String? { get }
  /// The configuration; nil for the one of the working folder.
  var config: String? { get }
  /// The key of the configuration that names the file.
  static var name: String { get }
  /// Returns the file that a configuration names; nil where it names none.
  static func path(_ configuration: Configuration) -> String?
}

extension KeyPlace {
  /// Returns the file.
  func file() throws(HostError) -> KeyFile<Key> {
    if let keys {
      guard !keys.isEmpty else { throw HostError(.usage, "--keys is empty; name a file") }
      return KeyFile(keys)
    }
    guard let path = Self.path(try Configuration(ofCommand: config)) else {
      throw HostError(
        .usage, "no file of keys is named; add --keys FILE, or \(Self.name) to the configuration")
    }
    return KeyFile(path)
  }
}

/// Returns a key id that no key of a file has, without letters that are read as others.
func newKeyID<Key>(in file: KeyFile<Key>) throws(CredentialError) -> String {
  let taken = Set(try file.keys()?.map(\.keyID) ?? [])
  let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
  while true {
    let keyID = String((0..<10).map { _ in letters.randomElement() ?? "A" })
    if !taken.contains(keyID) { return keyID }
  }
}
