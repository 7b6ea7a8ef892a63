import Foundation

/// What tests of `notilua run` give it.
enum FilterRun {
  /// A run that says nothing of its own.
  static let plain = ["run", "--quiet", "--plugin", "plugins/recall"]

  /// A plugin that works for a while on lines that say so.
  static func slowPlugin(in folder: URL, seconds: Double) throws -> [String] {
    let plugin = folder.appending(path: "slow.lua")
    try """
    return { did_receive = function(_, content)
      local till = os.clock() + (content.body == "slow" and \(seconds) or 0)
      while os.clock() < till do end
      content.title = "seen"
    end }
    """.write(to: plugin, atomically: true, encoding: .utf8)
    return ["--plugin", plugin.path]
  }

  /// A notification with a body, and its newline.
  static func line(_ body: String) -> String { "{\"aps\":{\"alert\":{\"body\":\"\(body)\"}}}\n" }
}
