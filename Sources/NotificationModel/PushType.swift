import LosslessJSON

/// A value of `apns-push-type`, with what Apple documents of its topic and its payload.
///
/// Sources: Apple, "Sending notification requests to APNs", "Generating a remote notification", "Pushing background
/// updates to your App", "Starting and updating Live Activities with ActivityKit push notifications", "Updating
/// widgets with WidgetKit push notifications", "Using push notifications to signal changes" (File Provider), "Setting
/// up push notifications for your MDM customers", "Adding a Web Service to Update Passes".
package enum PushType: String, Sendable, CaseIterable {
  case alert
  case background
  case complication
  case controls
  case fileprovider
  case liveactivity
  case location
  case mdm
  case pushtotalk
  case voip
  case widgets

  /// The values that APNs accepts.
  package static let names = allCases.map(\.rawValue)

  /// The topic's suffix behind the bundle id; nil for a type whose topic has none.
  package var topicSuffix: StaticString? {
    switch self {
    case .voip: ".voip"
    case .complication: ".complication"
    case .fileprovider: ".pushkit.fileprovider"
    case .liveactivity: ".push-type.liveactivity"
    case .widgets: ".push-type.widgets"
    case .controls: ".push-type.controls"
    case .location: ".location-query"
    case .pushtotalk: ".voip-ptt"
    case .alert, .background, .mdm: nil
    }
  }

  /// The types whose topics have a suffix.
  private static let suffixed = allCases.filter { $0.topicSuffix != nil }

  /// Tells the type whose suffix a topic has; nil where the topic has none of them.
  package init?(suffixOf topic: String) {
    var topic = topic
    guard let type = topic.withUTF8({ bytes in Self.suffixed.first { $0.isSuffix(of: bytes) } }) else {
      return nil
    }
    self = type
  }

  /// Tells the type of a push by its topic alone; nil where the payload has a part in it.
  init?(topic: String) {
    if let type = PushType(suffixOf: topic) {
      self = type
    } else if Self.begins(topic, with: "com.apple.mgmt.") {
      // "The topic must begin with the com.apple.mgmt. prefix."
      self = .mdm
    } else {
      return nil
    }
  }

  /// By bytes, since a bundle id is ASCII and Swift compares characters; each plugin asks for each notification.
  private func isSuffix(of topic: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let suffix = topicSuffix else { return false }
    let start = topic.count - suffix.utf8CodeUnitCount
    return start > 0 && Self.has(suffix, in: topic, at: start)
  }

  /// Returns whether a text of ASCII stands at an index.
  private static func has(_ text: StaticString, in topic: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard start + text.utf8CodeUnitCount <= topic.count else { return false }
    for index in 0..<text.utf8CodeUnitCount where topic[start + index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Returns whether a topic begins with a text of ASCII.
  private static func begins(_ topic: String, with text: StaticString) -> Bool {
    var topic = topic
    return topic.withUTF8 { has(text, in: $0, at: 0) }
  }

  /// Tells the type of a push whose request has no `apns-push-type`, from its topic and its payload.
  ///
  /// A topic with a suffix decides it, and so does one of a device management server. A topic without a suffix leaves
  /// the types that have none; where there is no topic yet, the payload alone decides.
  package init(topic: String?, payload: NodeID, _ document: borrowing JSONDocument) {
    if let topic, let type = PushType(topic: topic) {
      self = type
      return
    }
    let aps = document.member(payload, "aps")
    let hasContent = aps.map { Self.hasContent($0, document) } ?? false
    if let topic, Self.isWallet(topic), !hasContent {
      self = .background
    } else if let aps {
      self = Self.type(ofAps: aps, hasTopic: topic != nil, hasContent: hasContent, document)
    } else if document.member(payload, "mdm") != nil {
      self = .mdm
    } else if topic == nil, document.member(payload, "container-identifier") != nil {
      self = .fileprovider
    } else {
      self = .alert
    }
  }

  /// Returns a Boolean value that indicates whether a payload alone may stand for the type, where no topic decides it.
  ///
  /// - Parameter hasTopic: a Boolean value that indicates whether there is a topic, which leaves the types without a suffix.
  func mayBeOfPayload(hasTopic: Bool) -> Bool {
    switch self {
    case .alert, .background: true
    case .liveactivity, .widgets, .mdm, .fileprovider: !hasTopic
    case .complication, .controls, .location, .pushtotalk, .voip: false
    }
  }

  private static func type(
    ofAps aps: NodeID, hasTopic: Bool, hasContent: Bool, _ document: borrowing JSONDocument
  ) -> PushType {
    if !hasTopic {
      // Live Activities may have an alert besides.
      if document.member(aps, "event") != nil, document.member(aps, "timestamp") != nil {
        return .liveactivity
      }
      if !hasContent, document.member(aps, "content-changed") != nil { return .widgets }
    }
    return !hasContent && document.member(aps, "content-available") != nil ? .background : .alert
  }

  /// Returns whether `aps` has what a person sees or hears.
  private static func hasContent(_ aps: NodeID, _ document: borrowing JSONDocument) -> Bool {
    document.member(aps, "alert") != nil || document.member(aps, "badge") != nil
      || document.member(aps, "sound") != nil
  }

  /// Returns whether a topic is the identifier of a pass type: its pushes have an empty payload, and a device updates the pass.
  package static func isWallet(_ topic: String) -> Bool { begins(topic, with: "pass.") }

  /// Returns the bundle id that a topic is of; a topic without a suffix is one.
  package static func bundleID(of topic: String) -> String {
    guard let suffix = PushType(suffixOf: topic)?.topicSuffix else { return topic }
    return String(decoding: topic.utf8.dropLast(suffix.utf8CodeUnitCount), as: UTF8.self)
  }

  /// Returns the topic and the type of a push whose line names no topic, for an app or topic that others named.
  ///
  /// - Parameters:
  ///   - name: a bundle id, or a topic with a suffix, as a certificate for VoIP alone has.
  ///   - pushType: the type that the line has, or that its payload stands for. One without a suffix gives way to the
  ///     suffix of `name`, since APNs refuses the two together.
  package static func address(_ name: String, pushType: String) -> (topic: String, pushType: String) {
    if let suffix = PushType(rawValue: pushType)?.topicSuffix {
      return ("\(bundleID(of: name))\(suffix)", pushType)
    }
    return (name, PushType(suffixOf: name)?.rawValue ?? pushType)
  }
}
