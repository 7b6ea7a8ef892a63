import ArgumentParser

/// The completions of options and arguments in a shell.
extension CompletionKind {
  /// A configuration, or what else is written in YAML or JSON.
  package static var configuration: CompletionKind { .file(extensions: ["yaml", "yml", "json"]) }

  /// A plugin: a file, or a folder.
  package static var plugin: CompletionKind { .file(extensions: ["lua"]) }

  /// A catalog of texts: a file, or a folder.
  package static var catalog: CompletionKind { .file(extensions: ["xcstrings", "strings", "stringsdict"]) }

  /// Returns the names of an enumeration's cases.
  package static func cases<Values: CaseIterable & RawRepresentable<String>>(_: Values.Type) -> CompletionKind
  {
    .list(Values.allCases.map(\.rawValue))
  }
}
