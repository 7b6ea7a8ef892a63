import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import TerminalPages

/// The keys of a file as a command shows them: a table, or the lines of the file.
struct KeyListing<Place: KeyPlace>: ParsableArguments {
  @OptionGroup var place: Place

  @Flag(help: "Write a JSON object a line, as the file has it.")
  var json = false

  /// Writes the keys.
  ///
  /// - Parameter table: makes the table.
  func show(_ table: ([Place.Key]) -> TextTable) throws {
    let file = try failing { () throws(HostError) in try place.file() }
    let keys = try holdingSecrets { () throws(CredentialError) in
      guard let keys = try file.keys() else { throw file.missing }
      return keys
    }
    if json {
      try outputData(keys.map { $0.line + "\n" }.joined())
    } else if keys.isEmpty {
      try output("no keys in \(file.path); '\(Place.Key.command) add' adds one\n")
    } else {
      try output(table(keys).text(Palette(for: 1)))
    }
  }
}
