import NotificationModel

/// The application whose notifications alone a plugin runs on.
package struct PluginScope: Sendable, Equatable {
  /// The destination of a notification, as its sender named it.
  package struct Destination: Sendable {
    /// The topic; nil where the sender named none.
    package var topic: String?
    /// The environment; nil where the sender named none.
    package var environment: String?

    /// Makes a value from its parts.
    package init(topic: String?, environment: String?) {
      self.topic = topic
      self.environment = environment
    }
  }

  /// The key of the application.
  package var application: String
  /// The bundle id of the app.
  package var bundleID: String
  /// The environment of the application.
  package var environment: PushEnvironment
  /// A Boolean value that indicates whether notifications that name no topic are for the app.
  package var coversUnnamedTopic: Bool
  /// A Boolean value that indicates whether notifications that name no environment are for this one.
  package var coversUnnamedEnvironment: Bool

  /// Makes a value from its parts.
  package init(
    application: String, bundleID: String, environment: PushEnvironment, coversUnnamedTopic: Bool = false,
    coversUnnamedEnvironment: Bool = false
  ) {
    self.application = application
    self.bundleID = bundleID
    self.environment = environment
    self.coversUnnamedTopic = coversUnnamedTopic
    self.coversUnnamedEnvironment = coversUnnamedEnvironment
  }

  /// Returns whether a notification is for the application; a suffix of its topic such as `.voip` is the app's, too.
  package func covers(_ destination: Destination) -> Bool {
    coversTopic(destination.topic) && coversEnvironment(destination.environment)
  }

  private func coversTopic(_ topic: String?) -> Bool {
    guard let topic else { return coversUnnamedTopic }
    return topic == bundleID || PushType.bundleID(of: topic) == bundleID
  }

  private func coversEnvironment(_ name: String?) -> Bool {
    name.map { $0 == environment.rawValue } ?? coversUnnamedEnvironment
  }

  /// Returns the reason for which a notification is not for the application.
  package func explanation(_ destination: Destination) -> String {
    let found =
      coversTopic(destination.topic)
      ? "environment is \(destination.environment.map { "\"\($0)\"" } ?? "absent")"
      : "topic is \(destination.topic.map { "\"\($0)\"" } ?? "absent")"
    return
      "of application '\(application)', \(bundleID) in \(environment.rawValue); the notification's \(found)"
  }

  func write(to writer: inout ByteWriter) {
    for text in [application, bundleID, environment.rawValue] { writer.write(text) }
    writer.write(coversUnnamedTopic)
    writer.write(coversUnnamedEnvironment)
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    application = try reader.readText()
    bundleID = try reader.readText()
    // What no host writes covers nothing that is named.
    environment = PushEnvironment(rawValue: try reader.readText()) ?? .production
    coversUnnamedTopic = try reader.readFlag()
    coversUnnamedEnvironment = try reader.readFlag()
  }
}
