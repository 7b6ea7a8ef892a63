import Applications
import ConfigurationFiles
import NotificationModel
import Yams

extension Configuration {
  /// An app whose devices and messages the service knows.
  public struct Application: Sendable, Equatable {
    /// The stage of an app.
    public enum Kind: String, Sendable, CaseIterable {
      /// Installed by Xcode, or by a development profile.
      case development
      /// Installed by the App Store, TestFlight or an Ad Hoc profile.
      case production
    }

    /// The name of the application: up to 32 lower-case letters, digits and '-'.
    public var key: String
    /// The bundle id of the app.
    public var bundleID: String
    /// The stage of the app; production by default.
    public var kind = Kind.production
    /// The name of its credential in the store; nil for any that serves it.
    public var credential: String?
    /// The environment, `sandbox` or `production`, where the rules leave a choice.
    public var environment: String?
    /// The messages that notify by default: `all`, `mentions`, `mentions_of_me`, `mentions_of_all` or `none`.
    public var level = "all"
    /// The plugins that run on the notifications of this application alone, after those for all.
    public var plugins: [Plugin] = []
    /// The texts that plugins of this application find, and no others: as in ``Configuration/Strings/catalogs``.
    public var catalogs: [String] = []
    /// The place in a configuration file.
    package var place: String?
    /// The places of the catalogs in a configuration file.
    package var catalogPlaces: [String] = []

    /// Makes a value from its parts.
    public init(key: String, bundleID: String) {
      self.key = key
      self.bundleID = bundleID
    }
  }

  /// Returns the applications as the service looks them up.
  ///
  /// - Throws: ``HostError`` that names the application, and what is wrong with it.
  package func applicationTable() throws(HostError) -> ApplicationTable {
    var known: [Applications.Application] = []
    for application in applications { known.append(try application.known()) }
    do throws(ApplicationTable.Conflict) {
      return try ApplicationTable(known)
    } catch {
      throw applications[error.second].error(conflict(error, known[error.second]))
    }
  }

  private func conflict(
    _ conflict: ApplicationTable.Conflict, _ application: Applications.Application
  ) -> String {
    let first = applications[conflict.first]
    return switch conflict.property {
    case .key: "the key stands twice\(first.place.map { ", first at \($0)" } ?? ""); give each its own"
    case .app:
      "'\(first.key)' has '\(application.bundleID)' in \(application.environment.rawValue) already; an app has"
        + " one application in each environment"
    }
  }
}

extension Configuration.Application {
  /// Returns the application as the service looks it up.
  func known() throws(HostError) -> Application {
    guard Application.isKey(key) else {
      throw error("the key is not 1 to \(Application.keyLimit) lower-case letters, digits and '-'")
    }
    guard APNsHeader.isTopic(bundleID) else {
      throw error("bundle_id is '\(bundleID.shortened)', which is none; write one such as com.example.chat")
    }
    guard PushType.bundleID(of: bundleID) == bundleID else {
      throw error(
        "bundle_id is '\(bundleID)', a topic with a suffix; write '\(PushType.bundleID(of: bundleID))'")
    }
    let kind = ApplicationKind(kind)
    let choice = try choice()
    guard let level = NotificationLevel(rawValue: level) else {
      let known = NotificationLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("level is '\(level.shortened)'; there are \(known)")
    }
    do throws(EnvironmentBreach) {
      return Application(
        key: key, bundleID: bundleID, kind: kind,
        environment: try EnvironmentRule.environment(kind, choice: choice), credential: credential,
        level: level)
    } catch {
      throw self.error(error.sentence(.configuration))
    }
  }

  /// The environment that the operator chose.
  package func choice() throws(HostError) -> PushEnvironment? {
    guard let environment else { return nil }
    guard let choice = PushEnvironment(rawValue: environment) else {
      throw error("environment is '\(environment.shortened)'; use sandbox or production")
    }
    return choice
  }

  /// Returns an error with the place and the name of the application in front.
  package func error(_ sentence: String) -> HostError {
    HostError(.usage, "\(place.map { "\($0): " } ?? "")application '\(key.shortened)': \(sentence)")
  }
}

extension ApplicationKind {
  /// Makes the kind that a configuration names.
  init(_ kind: Configuration.Application.Kind) {
    switch kind {
    case .development: self = .development
    case .production: self = .production
    }
  }
}

extension YAMLReader {
  private static let applicationKeys = [
    "key", "bundle_id", "kind", "credential", "environment", "level", "plugins", "catalogs",
  ]

  /// Reads the section `applications`, and judges it.
  func applications(_ node: Node) throws(HostError) -> [Configuration.Application] {
    var configuration = Configuration()
    for item in try list(node, "applications") {
      configuration.applications.append(try application(item))
    }
    _ = try configuration.applicationTable()
    return configuration.applications
  }

  private func application(_ node: Node) throws(HostError) -> Configuration.Application {
    var application = Configuration.Application(key: "", bundleID: "")
    application.place = place(node)
    for (key, value) in try members(node, "an application", Self.applicationKeys) {
      switch key {
      case "key": application.key = try text(value, "key")
      case "bundle_id": application.bundleID = try text(value, "bundle_id")
      case "credential": application.credential = try filled(value, "credential")
      case "environment": application.environment = try text(value, "environment")
      case "level": application.level = try text(value, "level")
      case "plugins":
        for item in try list(value, "plugins") { application.plugins.append(try plugin(item)) }
      case "catalogs":
        for item in try texts(value, "catalogs") {
          application.catalogs.append(path(try text(item, "a catalog")))
          application.catalogPlaces.append(place(item))
        }
      default:
        let word = try text(value, "kind")
        guard let kind = Configuration.Application.Kind(rawValue: word) else {
          throw error(value, "kind is '\(word.shortened)'; use development or production")
        }
        application.kind = kind
      }
    }
    for (name, text) in [("key", application.key), ("bundle_id", application.bundleID)] where text.isEmpty {
      throw error(node, "an application has no \(name); write 'key: chat' and 'bundle_id: com.example.chat'")
    }
    return application
  }
}
