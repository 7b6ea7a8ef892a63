import NotificationModel

/// The applications of a service, found by key and by app.
package struct ApplicationTable: Sendable, Equatable {
  /// Two applications of which a table can have one only, by their places in the list.
  package struct Conflict: Error, Sendable, Equatable {
    /// The first of the two.
    package var first: Int
    /// The second of the two.
    package var second: Int
    /// The property that both have.
    package var property: Property

    /// Makes a value from its parts.
    package init(first: Int, second: Int, property: Property) {
      self.first = first
      self.second = second
      self.property = property
    }
  }

  /// A property that belongs to one application.
  package enum Property: Sendable, Equatable {
    /// The key.
    case key
    /// The bundle id in an environment.
    case app
  }

  private struct App: Hashable {
    var bundleID: String
    var environment: PushEnvironment
  }

  /// The applications, in the order of the configuration.
  package let applications: [Application]
  private let byKey: [String: Int]
  private let byApp: [App: Int]

  /// The table without applications.
  package static let empty = ApplicationTable()

  private init() {
    (applications, byKey, byApp) = ([], [:], [:])
  }

  /// - Throws: ``Conflict`` where two have one key, or one bundle id in one environment.
  package init(_ applications: [Application]) throws(Conflict) {
    var byKey: [String: Int] = [:]
    var byApp: [App: Int] = [:]
    for (index, application) in applications.enumerated() {
      if let other = byKey.updateValue(index, forKey: application.key) {
        throw Conflict(first: other, second: index, property: .key)
      }
      let app = App(bundleID: application.bundleID, environment: application.environment)
      if let other = byApp.updateValue(index, forKey: app) {
        throw Conflict(first: other, second: index, property: .app)
      }
    }
    (self.applications, self.byKey, self.byApp) = (applications, byKey, byApp)
  }

  /// The application with a key.
  package subscript(key: String) -> Application? { byKey[key].map { applications[$0] } }

  /// Returns the application that notifications of a topic belong to; a suffix such as `.voip` is the app's, too.
  package func application(topic: String, environment: PushEnvironment) -> Application? {
    let index =
      byApp[App(bundleID: topic, environment: environment)]
      ?? byApp[App(bundleID: PushType.bundleID(of: topic), environment: environment)]
    return index.map { applications[$0] }
  }

  /// Returns those that a sender may reach who is limited to some topics and environments.
  package func reached(topics: PushTopics, environments: Set<PushEnvironment>) -> [Application] {
    applications.filter { environments.contains($0.environment) && topics.cover($0.bundleID) }
  }
}
