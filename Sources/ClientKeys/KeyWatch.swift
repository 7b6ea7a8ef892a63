import APNsCredentials

/// The keys that a service accepts, as their file has them: read again every second, and in force within two.
///
/// One thread's; it compares the whole file, so that no way of replacing it goes unnoticed: neither a symbolic link that
/// is switched, nor two writes within one tick of the disk's clock.
package final class KeyWatch<Key: ClientKey> {
  /// The outcome of a look at the file.
  package enum Change: Sendable, Equatable {
    /// Other keys are in force; with their number.
    case replaced(Int)
    /// The file is gone, and with it every key.
    case removed
    /// The file cannot be read; the keys from before stay in force.
    case refused(CredentialError)
  }

  /// The time between two looks at the file.
  package static var interval: Duration { .seconds(1) }

  private let file: KeyFile<Key>
  private var bytes: [UInt8]?
  private var problem: CredentialError?
  /// The keys in force.
  package private(set) var current: [Key]

  /// Reads the file.
  ///
  /// - Throws: ``CredentialError`` where there is none, or it has a fault.
  package init(_ path: String) throws(CredentialError) {
    file = KeyFile<Key>(path)
    bytes = try file.bytes()
    guard let bytes else { throw file.missing }
    current = try file.keys(in: bytes)
  }

  /// Looks at the file; nil where nothing has changed, or the same fault is still in it.
  package func change() -> Change? {
    do throws(CredentialError) {
      let now = try file.bytes()
      // A fault is gone, too, when the file is what it was before.
      guard now != bytes || problem != nil else { return nil }
      let keys = try now.map { bytes throws(CredentialError) in try file.keys(in: bytes) }
      let isRepaired = problem != nil && now == bytes
      (bytes, problem) = (now, nil)
      if isRepaired { return .replaced(current.count) }
      current = keys ?? []
      return keys == nil ? .removed : .replaced(current.count)
    } catch {
      guard problem != error else { return nil }
      problem = error
      return .refused(error)
    }
  }
}
