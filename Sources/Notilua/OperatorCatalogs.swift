import ConfigurationFiles
import FileReading
import Localization
import StringCatalogs

/// The catalogs that the operator names: those that every plugin sees, and those of single applications.
package struct OperatorCatalogs: Sendable {
  /// The catalogs that every plugin sees.
  package let general: [CompiledCatalog]
  private let own: [String: [CompiledCatalog]]

  /// Reads the catalogs of a configuration.
  ///
  /// - Throws: ``HostError`` that names the file.
  package init(_ configuration: Configuration) throws(HostError) {
    general = try configuration.catalogs()
    var own: [String: [CompiledCatalog]] = [:]
    for application in configuration.applications where !application.catalogs.isEmpty {
      own[application.key] = try configuration.catalogs(of: application)
    }
    self.own = own
  }

  /// Returns the catalogs that a plugin sees after its own: those of its application, then those for all.
  package func seen(by plugin: Configuration.Plugin) -> [CompiledCatalog] {
    (plugin.application.flatMap { own[$0] } ?? []) + general
  }

  /// The bytes of all.
  var byteCount: Int { (own.values.joined() + general).reduce(0) { $0 + $1.bytes.count } }
}
