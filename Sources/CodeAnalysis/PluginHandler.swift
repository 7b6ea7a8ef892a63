/// The functions of a plugin's table that the runtime calls.
package enum PluginHandler {
  /// The handlers of a service extension.
  package static let service = ["did_receive", "time_will_expire"]
  /// The handlers of a content extension.
  package static let content = ["did_receive", "did_receive_response", "media_play", "media_pause"]
}
