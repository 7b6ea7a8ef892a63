import ConfigurationFiles
import Localization
import NotificationModel
import Notilua
import Presentation
import StringCatalogs

/// The check of the section `presentation`: what it names and is not there.
///
/// All of it is a warning: a notification is shown without its icon, and with the key in the place of a text.
package enum PresentationCheck {
  /// The table in which keys of the configuration are looked up.
  private static let table = "Localizable"

  /// Returns the findings on the app's icon.
  package static func findings(icon rules: PresentationRules) -> [PluginCheck.Finding] {
    // Another name is one of an icon in the desktop's theme.
    guard rules.appIcon.contains("/") else { return [] }
    do throws(AttachmentFile.Refusal) {
      _ = try AttachmentFile(icon: rules.appIcon)
      return []
    } catch {
      return [.init(isError: false, place: rules.appIconPlace, message: error.message)]
    }
  }

  /// Returns the findings on keys of texts: those that no catalog has.
  ///
  /// - Parameter catalogs: the operator's catalogs; what cannot be read is reported elsewhere.
  package static func findings(
    keys rules: PresentationRules, catalogs paths: [String], source: String?
  ) -> [PluginCheck.Finding] {
    if rules.textKeys.isEmpty { return [] }
    var catalogs: [StringCatalog] = []
    for path in paths {
      guard let read = try? CatalogReader.read(path, source: source) else { return [] }
      catalogs += read.catalogs
    }
    let known = catalogs.filter { $0.table == table }.flatMap { $0.entries.map(\.key) }
    return rules.textKeys.filter { !known.contains($0.key) }.map { text in
      .init(
        isError: false, place: text.place,
        message: "\(text.name) is '\(text.key.shortened)', \(advice(text.key, known, catalogs, paths))")
    }
  }

  private static func advice(
    _ key: String, _ known: [String], _ catalogs: [StringCatalog], _ paths: [String]
  ) -> String {
    if paths.isEmpty {
      return "but there is no catalog; name one with 'strings: { catalogs: \(table).xcstrings }'"
    }
    if let other = catalogs.first(where: { $0.entries.contains { $0.key == key } }) {
      return
        "which the table '\(other.table)' has and '\(table)' has not; a table's name is its file's, so call"
        + " '\(other.path)' \(table)"
    }
    let near = Suggestion.nearest(to: key, among: known).map { "did you mean '\($0)'?" }
    return "which no catalog has; \(near ?? "add it to the table '\(table)'")"
  }
}
