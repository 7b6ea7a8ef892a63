import ConfigurationFiles
import Localization

/// The catalogs and time zones that all workers of a pool read.
struct SharedTables {
  let strings: SharedStrings
  let zones: SealedMemory

  init(_ catalogs: [CompiledCatalog]) throws(HostError) {
    strings = try SharedStrings(catalogs)
    zones = try SealedMemory(ZoneFolder.compiled, subject: "time zones")
  }

  private init(_ strings: SharedStrings, _ zones: SealedMemory) {
    self.strings = strings
    self.zones = zones
  }

  /// The bytes of all.
  var size: Int { strings.memory.size + zones.size }

  /// Returns tables with these catalogs, which are the same where they serve.
  func serving(_ catalogs: [CompiledCatalog]) throws(HostError) -> SharedTables {
    strings.serve(catalogs) ? self : SharedTables(try SharedStrings(catalogs), zones)
  }
}
