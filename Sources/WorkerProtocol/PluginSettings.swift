import LosslessJSON
import NotificationModel

/// The operator's settings for a plugin, as a worker reads them.
package enum PluginSettings {
  /// The most levels of nesting, with the object itself.
  package static let depthLimit = 64

  /// Reads settings.
  package static func parse(_ text: String) throws(JSONError) -> JSONDocument {
    var document = JSONDocument(depthLimit: depthLimit)
    try document.parse(text)
    return document
  }

  /// Returns what is wrong with settings, as a clause with the next step; nil where they can be read.
  package static func problem(_ text: String) -> String? {
    do throws(JSONError) {
      _ = try parse(text)
      return nil
    } catch {
      guard error.cause == .tooDeep else { return "the settings are not JSON: \(error); write a JSON object" }
      return "the settings are nested deeper than \(depthLimit) levels; write them flatter"
    }
  }
}
