import Composition
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs

extension Configuration {
  /// Reads the texts that stand for messages, from the catalogs named `Messages`: those of all applications, and those of
  /// applications that have catalogs of their own.
  func messageTexts() throws(HostError) -> (own: [String: MessageTexts], other: MessageTexts) {
    var own: [String: MessageTexts] = [:]
    for application in applications where !application.catalogs.isEmpty {
      own[application.key] = try messageTexts(application.catalogs)
    }
    return (own, try messageTexts([]))
  }

  /// Reads texts, of which an application's own take the place of the operator's.
  private func messageTexts(_ more: [String]) throws(HostError) -> MessageTexts {
    do throws(CatalogError) {
      var catalogs: [StringCatalog] = []
      for path in strings.catalogs + more {
        catalogs += try CatalogReader.read(path, source: strings.source).catalogs
      }
      return try MessageTexts(catalogs)
    } catch {
      throw HostError(.usage, "\(error)")
    }
  }
}
