import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Notilua
import PluginTools
import TerminalPages
import WorkerProtocol

/// `notilua new`: a plugin to begin with.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Makes a plugin from a template, with its README and first cases, and what editors want.",
    discussion: """
      Templates: \(PluginTemplate.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: "; ")).

      The definitions for editors with the Lua language server go into FOLDER/.editor and .luarc.json, where they are \
      not there yet.

      Examples:
        notilua new greet
        notilua new mark-news --template rewrite && notilua test plugins/mark-news
      """)

  @Argument(help: "The plugin's name: small letters, digits and dashes.")
  var name: String

  @Option(
    help: ArgumentHelp("What to begin with.", valueName: "template"), completion: .cases(PluginTemplate.self))
  var template = PluginTemplate.blank.rawValue

  @Option(help: ArgumentHelp("The folder of plugins.", valueName: "folder"), completion: .directory)
  var plugins = "plugins"

  func validate() throws {
    if PluginTemplate(rawValue: template) == nil {
      let known = PluginTemplate.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--template is '\(template)'; use one of \(known).")
    }
  }

  func run() throws {
    let template = PluginTemplate(rawValue: template) ?? .blank
    let written = try failing { () throws(HostError) in
      try template.write(
        name: name, in: plugins, editorDefinitions: Manual(try PluginInterface()).editorDefinitions)
    }
    for path in written { try output("wrote \(path)\n") }
    try output("next: \(template.nextStep("\(plugins)/\(name)"))\n")
  }
}
