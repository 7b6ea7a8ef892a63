/// What is expected of each line of a case; nil says nothing.
package struct Expectation: Sendable {
  /// How exactly a payload must be met.
  package enum Payload: Sendable {
    /// The bytes.
    case text(String)
    /// The value, whatever the order of its keys.
    case value(JSONValue)
  }

  package struct ExpectedFault: Sendable, Equatable {
    package var kind: String
    package var plugin: String?
    /// A part of the message.
    package var message: String?
  }

  package struct ExpectedLog: Sendable, Equatable {
    package var level: String?
    package var text: String
  }

  package var action: String?
  package var reason: String?
  package var withdraw: [String]?
  package var payload: Payload?
  /// Some properties of the content, by name.
  package var content: JSONValue?
  package var isUnchanged: Bool?
  package var patch: JSONValue?
  package var faults: [ExpectedFault]?
  package var log: [ExpectedLog]?
  package var warnings: [String]?
  package var attachments: JSONValue?
  /// The elements of a content extension's view.
  package var view: JSONValue?
  package var viewTitle: String?
  package var viewActions: JSONValue?
  /// What a content extension decided on a response.
  package var response: String?
  /// The most time of all plugins.
  package var time: Duration?
  /// The most bytes of any plugin's Lua heap.
  package var memory: Int?
  /// A part of what is said where a plugin cannot be loaded.
  package var loadError: String?
  package var isSnapshot = false

  /// True where nothing is looked at beside that the notification is delivered.
  var isEmpty: Bool {
    let isContentEmpty = if case .object(let members) = content { members.isEmpty } else { content == nil }
    return isContentEmpty && !isSnapshot && payload == nil && isUnchanged == nil && action == nil
      && reason == nil
      && withdraw == nil && patch == nil && faults == nil && log == nil && warnings == nil
      && attachments == nil
      && view == nil && viewTitle == nil && viewActions == nil && response == nil && time == nil
      && memory == nil
      && loadError == nil
  }
}
