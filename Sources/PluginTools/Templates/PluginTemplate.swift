import ConfigurationFiles
import Foundation

/// A plugin that `notilua new` begins with.
package enum PluginTemplate: String, CaseIterable, Sendable {
  case blank
  case rewrite
  case recall
  case localize
  case decrypt
  case content

  /// One line for the help page.
  package var summary: String {
    switch self {
    case .blank: "runs on alerts and changes nothing"
    case .rewrite: "rewrites the alert's text, with a setting and a module of its own"
    case .recall: "drops a push that recalls a message, and withdraws the message"
    case .localize: "writes the text in the recipient's language"
    case .decrypt: "opens a sealed text with a key of the operator's"
    case .content: "presents the notifications of a category"
    }
  }

  /// Returns the files of a plugin of that name.
  package func files(name: String) -> [TemplateFile] {
    switch self {
    case .blank: BlankTemplate.files(name)
    case .rewrite: RewriteTemplate.files(name)
    case .recall: RecallTemplate.files(name)
    case .localize: LocalizeTemplate.files(name)
    case .decrypt: DecryptTemplate.files(name)
    case .content: ContentTemplate.files(name)
    }
  }

  /// The settings of language servers, which find the definitions beside the plugins.
  ///
  /// The definitions have what the sandbox has of Lua's library, so LuaLS's own is turned off; emmylua_ls has a flag for that. With
  /// `arrayIndex`, emmylua_ls would want every element of a list checked for nil.
  package static func editorSettings(pluginFolder: String) -> String {
    """
    {
      "runtime.version": "Lua 5.4",
      "workspace.library": ["\(pluginFolder)/.editor"],
      "strict.arrayIndex": false,
      "runtime.builtin": {
        "basic": "disable", "coroutine": "disable", "debug": "disable", "io": "disable", "math": "disable",
        "os": "disable", "package": "disable", "string": "disable", "table": "disable", "utf8": "disable"
      }
    }

    """
  }

  /// Writes the files of a new plugin and what editors want; gives the paths of those that were written.
  ///
  /// Files for editors and a configuration that exist are left as they are.
  package func write(name: String, in folder: String, editorDefinitions: String) throws(HostError) -> [String]
  {
    try Self.check(name)
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let plugin = "\(folder)/\(name)"
    guard !FileManager.default.fileExists(atPath: plugin),
      !FileManager.default.fileExists(atPath: plugin + ".lua")
    else { throw HostError(.usage, "'\(plugin)' is there already; choose another name, or remove it") }
    var written: [String] = []
    for file in files(name: name) {
      // The pages name the plugin where it usually is.
      try writeText(file.text.replacing("plugins/\(name)", with: plugin), to: "\(plugin)/\(file.path)")
      written.append("\(plugin)/\(file.path)")
    }
    for file in Self.editorFiles(editorDefinitions, in: folder) + projectFiles(plugin, in: folder)
    where !FileManager.default.fileExists(atPath: file.path) {
      try writeText(file.text, to: file.path)
      written.append(file.path)
    }
    return written
  }

  /// Returns the files of the project that the plugin needs, with their whole paths.
  private func projectFiles(_ plugin: String, in folder: String) -> [TemplateFile] {
    guard self == .content else { return [] }
    // Without a list the plugins of the usual folder run, also those that come later.
    let list = folder == "plugins" ? "" : "plugins:\n  - path: \(plugin)\n"
    return [TemplateFile("notilua.yaml", list + ContentTemplate.presentation)]
  }

  /// Returns the command to begin with, for a plugin at a path.
  package func nextStep(_ plugin: String) -> String {
    self == .content
      ? "notilua preview --plugin \(plugin) \(plugin)/payload.json" : "notilua test \(plugin)"
  }

  /// Returns the files that editors want, with their whole paths.
  private static func editorFiles(_ definitions: String, in folder: String) -> [TemplateFile] {
    [
      TemplateFile("\(folder)/.editor/notilua.lua", definitions),
      // Where editors find what `require "settings"` gives.
      TemplateFile("\(folder)/.editor/settings.lua", SettingsModule.source),
      TemplateFile(".luarc.json", editorSettings(pluginFolder: folder)),
    ]
  }

  /// Checks a name for a plugin: a folder's, and not one that has a meaning of its own.
  private static func check(_ name: String) throws(HostError) {
    guard name.wholeMatch(of: /[a-z0-9][a-z0-9-]*/) != nil else {
      throw HostError(
        .usage, "'\(name)' is no name for a plugin; use small letters, digits and dashes, as in mask-digits")
    }
    guard name != "lib", name.count <= 60 else {
      let cause =
        name == "lib"
        ? "lib holds the modules of all plugins" : "it has \(name.count) letters, and 60 are the most"
      throw HostError(.usage, "'\(name)' is no name for a plugin: \(cause); choose another")
    }
  }
}
