/// A file of a plugin that `notilua new` writes.
package struct TemplateFile: Sendable, Equatable {
  /// The path in the plugin's folder.
  package var path: String
  /// The text that it has at first.
  package var text: String

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
  }

  /// The README of a template, whose commands run as they are written.
  static func readme(
    _ name: String, _ what: String, _ more: String = "", before: [String] = [], command: String = "explain",
    after: [String] = []
  ) -> TemplateFile {
    let commands =
      before + ["notilua \(command) --plugin plugins/\(name) plugins/\(name)/payload.json"] + after
      + ["notilua test plugins/\(name)"]
    let text = """
      # \(name)

      \(what)
      \(more.isEmpty ? "" : "\n\(more)\n")
      Try it:

      \(commands.map { "    \($0)" }.joined(separator: "\n"))

      """
    return TemplateFile("README.md", text)
  }
}
