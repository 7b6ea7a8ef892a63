import Foundation

/// A folder with a catalog, which `notilua strings` is run in.
enum CatalogFolder {
  static let catalog = """
    {"sourceLanguage":"en","version":"1.0","strings":{
    "HELLO":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"Hello %@"}},
    "de":{"stringUnit":{"state":"translated","value":"Hallo %@"}}}},
    "FILES":{"localizations":{"en":{"variations":{"plural":{
    "one":{"stringUnit":{"state":"translated","value":"%lld file"}},
    "other":{"stringUnit":{"state":"translated","value":"%lld files"}}}}}}}}}
    """

  /// Makes a folder with the catalog, and removes it behind `body`.
  static func withCatalog<Result>(_ body: (URL) throws -> Result) throws -> Result {
    try Program.withFolder { folder in
      try catalog.write(
        to: folder.appending(path: "Localizable.xcstrings"), atomically: true, encoding: .utf8)
      return try body(folder)
    }
  }

  static func run(_ arguments: [String], _ folder: URL, input: String = "") throws -> Program.Ended {
    try Program.run(arguments, input: Data(input.utf8), in: folder)
  }
}
