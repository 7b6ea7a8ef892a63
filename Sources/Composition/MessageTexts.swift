import Localization
import NotificationModel
import StringCatalogs

/// The texts that stand for messages, by key and language: the built-in ones, and over them the operator's.
///
/// The key of a type's text is its object name; ``Key`` has the others. One thread uses it.
package final class MessageTexts {
  /// The keys that are no object names.
  package enum Key: String, CaseIterable, Sendable {
    /// A text of a group: the sender's name, and what was written.
    case groupText = "GROUP_TEXT"
    /// A text that mentions the recipient.
    case mention = "MENTION"
    /// A file: the text of its type, and its name.
    case fileName = "FILE_NAME"
    /// The text of a message that burns after reading.
    case secretChat = "SECRET_CHAT"
    /// The text of a message whose details are hidden.
    case hiddenDetails = "HIDDEN_DETAILS"
  }

  /// The name of the catalog, without its ending.
  package static let table = "Messages"

  private let lookup: CatalogLookup

  /// Makes texts of the built-in catalog.
  ///
  /// - Parameter catalogs: the operator's; of those, each text of a catalog named `Messages` takes the place of the
  ///   built-in one in its language.
  /// - Throws: where the built-in catalog is damaged.
  package init(_ catalogs: [StringCatalog] = []) throws(CatalogError) {
    var merged = try Self.builtIn()
    for catalog in catalogs where catalog.table == Self.table { _ = merged.take(catalog) { $0 } }
    lookup = CatalogLookup([merged], device: "iphone")
  }

  /// The catalog that the package has.
  package static func builtIn() throws(CatalogError) -> StringCatalog {
    try CatalogReader.catalog(PackageResources.Messages_xcstrings, path: "\(table).xcstrings", table: table)
  }

  /// Returns a text in the language of a recipient; nil where no catalog has it.
  func text(_ key: String, _ recipient: Recipient, _ arguments: [String] = []) -> String? {
    let languages = recipient.locales.filter { $0.utf8.count <= 100 }.prefix(PushEnvelope.localeLimit)
    let found = lookup.text(
      of: key, table: Self.table, languages: Array(languages), arguments: arguments)
    // A key without a text in the source language stands for itself.
    guard found.language != nil, !found.text.isEmpty, !found.text.utf8.elementsEqual(key.utf8) else {
      return nil
    }
    return found.text
  }

  /// Returns the text of a key that the built-in catalog has.
  func text(_ key: Key, _ recipient: Recipient, _ arguments: [String] = []) -> String {
    text(key.rawValue, recipient, arguments) ?? arguments.joined(separator: " ")
  }
}
