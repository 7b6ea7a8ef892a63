import ArgumentParser
import CommandSupport
import ConfigurationFiles
import PluginTools
import WorkerProtocol

/// `notilua manual`: the functions that plugins have, from the same source that carries them out.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Prints the manual of the functions that plugins have.",
    discussion: """
      Examples:
        notilua manual | less
        notilua manual --editor > plugins/.editor/notilua.lua
      """)

  @Flag(help: "Print definitions for editors with the Lua language server (LuaCATS) instead.")
  var editor = false

  func run() throws {
    let manual = try failing { () throws(HostError) in Manual(try PluginInterface()) }
    try outputData(editor ? manual.editorDefinitions : manual.page)
  }
}
