import NotificationModel

/// The expectations of each line of a case; nil expects nothing.
package struct Expectation: Sendable {
  /// The payload that is expected, by bytes or by value.
  package enum Payload: Sendable {
    /// The bytes.
    case text(String)
    /// The value, whatever the order of its keys.
    case value(JSONValue)
  }

  /// A fault that a case expects; what is nil is not compared.
  package struct ExpectedFault: Sendable, Equatable {
    /// The kind, as outcomes call it: `error`, `timeout`, `memory` and others.
    package var kind: String
    /// The name of the plugin.
    package var plugin: String?
    /// A part of the message.
    package var message: String?
  }

  /// A log line that a case expects.
  package struct ExpectedLog: Sendable, Equatable {
    /// The level, as `notilua.log` names it.
    package var level: String?
    /// A part of the text.
    package var text: String
  }

  /// The action: `deliver`, `drop` or `reject`.
  package var action: String?
  /// The reason of a drop.
  package var reason: String?
  /// The identifiers of withdrawn notifications, in order.
  package var withdraw: [String]?
  /// The payload that is delivered.
  package var payload: Payload?
  /// Some properties of the content, by name.
  package var content: JSONValue?
  /// True where the payload must be the one that was given, byte for byte.
  package var isUnchanged: Bool?
  /// The JSON Patch from the given payload to the delivered one.
  package var patch: JSONValue?
  /// The faults, in order.
  package var faults: [ExpectedFault]?
  /// The log lines, in order.
  package var log: [ExpectedLog]?
  /// Parts of the warnings, in order.
  package var warnings: [String]?
  /// The attachments, as JSON.
  package var attachments: JSONValue?
  /// Some delivery headers of what is delivered, by their names; nil for one that is not there.
  package var headers: [String: String?]?
  /// The elements of a content extension's view.
  package var view: JSONValue?
  /// The title of a content extension's view.
  package var viewTitle: String?
  /// The actions of a content extension's view, as JSON.
  package var viewActions: JSONValue?
  /// The wishes of a content extension for desktops.
  package var viewDesktop: JSONValue?
  /// The decision of a content extension on a response.
  package var response: String?
  /// The most time of all plugins.
  package var time: Duration?
  /// The most bytes of any plugin's Lua heap.
  package var memory: Int?
  /// A part of what is said where a plugin cannot be loaded.
  package var loadError: String?
  /// A Boolean value that indicates whether the outcome is compared with a file beside the case.
  package var isSnapshot = false

  /// True where nothing is looked at beside that the notification is delivered.
  var isEmpty: Bool {
    let isContentEmpty = if case .object(let members) = content { members.isEmpty } else { content == nil }
    return isContentEmpty && !isSnapshot && payload == nil && isUnchanged == nil && action == nil
      && reason == nil
      && withdraw == nil && patch == nil && faults == nil && log == nil && warnings == nil
      && attachments == nil && headers == nil
      && view == nil && viewTitle == nil && viewActions == nil && viewDesktop == nil && response == nil
      && time == nil
      && memory == nil
      && loadError == nil
  }
}
