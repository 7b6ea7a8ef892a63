import ConfigurationFiles
import NotificationModel
import WorkerProtocol
import Yams

extension Configuration {
  /// The part of deliveries that a plugin may change.
  public struct DeliveryGrant: Sendable, Equatable {
    /// A delivery header, by its property of `request`.
    public enum Field: String, Sendable, CaseIterable {
      /// `apns-push-type`.
      case pushType = "push_type"
      /// `apns-priority`.
      case priority
      /// `apns-expiration`.
      case expiration
      /// `apns-collapse-id`.
      case collapseID = "collapse_id"
      /// `apns-topic`.
      case topic
    }

    /// The headers that the plugin may change.
    public var fields: [Field]
    /// The bundle ids of the apps whose notifications it may change, each with and without a suffix such as `.voip`, and
    /// whose topics it may write; nil for any.
    public var topics: [String]?

    /// Makes a value from its parts.
    public init(fields: [Field], topics: [String]?) {
      self.fields = fields
      self.topics = topics
    }

    /// All fields of all notifications, as a test has it where it names no grant.
    package static let everything = DeliveryGrant(fields: Field.allCases, topics: nil)
  }
}

extension Configuration.Plugin {
  /// The capabilities that the operator grants, those with a grant of their own among them.
  package var grantedCapabilities: [String] {
    let name = Capability.delivery.rawValue
    return delivery == nil || capabilities.contains(name) ? capabilities : capabilities + [name]
  }

  /// Grants all capabilities, as a test has it where it names none.
  package mutating func grantAll() {
    capabilities = Capability.names
    delivery = .everything
  }

  /// Throws where a capability is none, or has no grant that says of what.
  func checkCapabilities() throws(HostError) {
    for name in capabilities {
      guard let known = Capability(rawValue: name) else {
        throw HostError(
          .usage,
          "\(place ?? path): the configuration grants '\(name)', which is no capability; there are"
            + " \(Capability.names.joined(separator: ", "))")
      }
      guard known == .delivery, delivery == nil else { continue }
      throw HostError(
        .usage,
        "\(place ?? path): 'delivery' is granted without fields and topics; write"
          + " 'delivery: { fields: [push_type], topics: [com.example.app] }'")
    }
  }

  /// Returns the grant as plugins and host compare it with notifications.
  ///
  /// - Parameter apns: the settings with the topic of notifications that name none.
  func delivery(_ apns: Configuration.APNs) throws(HostError) -> DeliveryGrant? {
    guard let delivery else { return nil }
    for topic in delivery.topics ?? [] where !APNsHeader.isTopic(topic) {
      throw HostError(
        .usage,
        "\(place ?? path): 'delivery' is granted for the topic '\(topic)', which is none; write an app's bundle id"
      )
    }
    let topics = delivery.topics.map { PushTopics.apps($0) }
    return DeliveryGrant(
      fields: delivery.fields.compactMap { DeliveryField(rawValue: $0.rawValue) }, topics: topics,
      coversUnnamed: apns.topic.flatMap { topic in topics.map { $0.cover(topic) } } ?? (topics == nil))
  }
}

extension YAMLReader {
  /// Reads an element of a plugin's `capabilities`: a name, or `delivery` with its grant.
  package func capability(_ node: Node, _ plugin: inout Configuration.Plugin) throws(HostError) {
    guard node.mapping != nil else {
      plugin.capabilities.append(try text(node, "a capability"))
      return
    }
    let members = try members(node, "a capability", [Capability.delivery.rawValue])
    if members.isEmpty {
      throw error(node, "a capability has no name; there are \(Capability.names.joined(separator: ", "))")
    }
    for (_, grant) in members {
      guard plugin.delivery == nil else { throw error(grant, "delivery is granted twice; put both together") }
      plugin.delivery = try deliveryGrant(grant)
    }
  }

  private func deliveryGrant(_ node: Node) throws(HostError) -> Configuration.DeliveryGrant {
    var fields: [Configuration.DeliveryGrant.Field] = []
    var topics: [String] = []
    for (key, value) in try members(node, "delivery", ["fields", "topics"]) {
      for item in try texts(value, "delivery.\(key)") {
        let name = try text(item, "delivery.\(key)")
        if key == "topics" {
          guard APNsHeader.isTopic(name) else {
            throw error(item, "delivery.topics has '\(name)', which is no topic; write an app's bundle id")
          }
          topics.append(name)
          continue
        }
        guard let field = Configuration.DeliveryGrant.Field(rawValue: name) else {
          throw error(item, "delivery.fields has '\(name)'; \(known(name, DeliveryField.names))")
        }
        if !fields.contains(field) { fields.append(field) }
      }
    }
    let missing = fields.isEmpty ? "fields" : topics.isEmpty ? "topics" : nil
    if let missing {
      throw error(
        node,
        "delivery has no \(missing); write 'delivery: { fields: [push_type], topics: [com.example.app] }'")
    }
    return Configuration.DeliveryGrant(fields: fields, topics: topics)
  }

  /// Returns the rules of APNs that `rules` relaxes.
  package func relaxedRules(_ node: Node) throws(HostError) -> Set<APNsRule> {
    var relaxed: Set<APNsRule> = []
    for (key, value) in try members(node, "rules", nil) {
      guard let rule = APNsRule(rawValue: key) else {
        throw error(value, "rules has '\(key)', which is no rule; \(known(key, APNsRule.names))")
      }
      switch try text(value, "rules.\(key)") {
      case "warn": relaxed.insert(rule)
      case "fault": break
      case let word:
        throw error(value, "rules.\(key) is '\(word)'; use warn, or fault for what is so without it")
      }
    }
    return relaxed
  }

  private func known(_ word: String, _ names: [String]) -> String {
    let list = "there are \(names.joined(separator: ", "))"
    return Suggestion.nearest(to: word, among: names).map { "did you mean '\($0)'? \(list)" } ?? list
  }
}
