import ArgumentParser

/// `notilua strings`: what there is to do with catalogs of texts.
package struct StringsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "strings",
    abstract: "Checks, shows and converts catalogs of texts: .xcstrings, .strings and .stringsdict.",
    discussion: """
      A catalog is a file NAME.xcstrings, or a folder with such files and with folders LANGUAGE.lproj.

      Example:
        notilua strings check App/Localizable.xcstrings
      """,
    subcommands: [
      StringsCheckCommand.self, StringsShowCommand.self, StringsPseudoCommand.self,
      StringsConvertCommand.self,
      StringsImportCommand.self,
    ])

  package init() {}
}
