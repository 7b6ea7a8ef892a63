import ConfigurationFiles
import Localization

/// The compiled catalogs of a chain, as all of its workers read them.
package final class SharedStrings {
  let memory: SealedMemory
  private let catalogs: [CompiledCatalog]

  init(_ catalogs: [CompiledCatalog]) throws(HostError) {
    self.catalogs = catalogs
    try Self.check(catalogs.reduce(0) { $0 + $1.bytes.count })
    memory = try SealedMemory(CompiledStrings.join(catalogs), subject: "catalogs")
  }

  /// Fails where the compiled catalogs of a chain have more bytes than a worker maps.
  package static func check(_ count: Int) throws(HostError) {
    guard count <= 1 << 30 else {
      throw HostError(.usage, "the catalogs are more than 1 GiB when they are compiled; leave some out")
    }
  }

  /// Returns true where a worker that has these needs no others for `catalogs`.
  func serve(_ catalogs: [CompiledCatalog]) -> Bool { catalogs.isEmpty || catalogs == self.catalogs }
}
