import LosslessJSON

extension APNsRules {
  /// Returns the first rule that the delivery headers break after plugins have changed them, and did not break before.
  package static func newHeaderBreach(
    _ line: NotificationLine, was original: NotificationLine, _ document: borrowing JSONDocument
  ) -> Breach? {
    let known = deliveryBreaches(original, document)
    return deliveryBreaches(line, document).first { !known.contains($0) }
  }

  private static func deliveryBreaches(
    _ line: NotificationLine, _ document: borrowing JSONDocument
  ) -> [Breach] {
    headerBreaches(line, document) + [topicBreach(line, document)].compactMap(\.self)
  }

  /// Returns the rules that the headers break, which APNs refuses.
  ///
  /// - Parameter pushType: the type of the push; nil for the one that the line stands for.
  package static func headerBreaches(
    _ line: NotificationLine, _ document: borrowing JSONDocument, pushType: String? = nil
  ) -> [Breach] {
    var found: [Breach] = []
    if let type = line.headerText(.pushType, document), PushType(rawValue: type) == nil {
      let meant = Suggestion.nearest(to: type.lowercased(), among: PushType.names)
      let hint = meant.map { "; did you mean '\($0)'?" } ?? ""
      let shown = type.prefix(utf8Count: 64)
      found.append(
        Breach("apns-push-type", "'apns-push-type' is '\(shown)', which is none that APNs knows\(hint)"))
    }
    if let priority = line.headerText(.priority, document) {
      if !APNsHeader.isPriority(priority) {
        found.append(Breach("apns-priority", "'apns-priority' is not 1, 5 or 10"))
      } else if priority != "5", (pushType ?? line.pushType(document)) == "background" {
        found.append(Breach("apns-priority", "a background push must have 'apns-priority' 5"))
      }
    }
    if let collapse = line.headerText(.collapseID, document), !APNsHeader.isCollapseID(collapse) {
      found.append(Breach("apns-collapse-id", "'apns-collapse-id' has more than 64 bytes"))
    }
    if let expiration = line.headerText(.expiration, document), Int64(expiration) == nil {
      found.append(Breach("apns-expiration", "'apns-expiration' is not a time in seconds since 1970"))
    }
    if let id = line.headerText(.id, document), !UUIDText.isCanonical(id) {
      found.append(Breach("apns-id", "'apns-id' is no UUID"))
    }
    return found
  }

  /// Returns warnings about headers that APNs accepts: ignored ones, and ones that their sender cannot mean.
  package static func headerWarnings(_ line: NotificationLine, _ document: borrowing JSONDocument) -> [Breach]
  {
    var found: [Breach] = []
    if let text = line.headerText(.expiration, document), let time = Int64(text) {
      if time < 0 {
        found.append(Breach("apns-expiration", "'apns-expiration' is not a time in seconds since 1970"))
      } else if Double(time) >= PayloadValue.firstMilliseconds {
        found.append(
          Breach(
            "apns-expiration",
            "'apns-expiration' is not a time in seconds since 1970"
              + PayloadValue.hint(.seconds, .number(Double(time)))))
      }
    }
    if let breach = topicBreach(line, document) { found.append(breach) }
    for name in line.unknownHeaderNames(document) {
      if let known = NotificationLine.Header.allCases.first(where: { isHeader(name, meaning: $0.name) }) {
        found.append(Breach(name, "APNs ignores the header '\(name.prefix(100))'; use '\(known.name)'"))
      }
    }
    return found
  }

  /// Returns a topic that belongs to another push type.
  private static func topicBreach(_ line: NotificationLine, _ document: borrowing JSONDocument) -> Breach? {
    guard let topic = line.headerText(.topic, document) else { return nil }
    if topic.isEmpty { return Breach("apns-topic", "'apns-topic' is empty; it is the app's bundle id") }
    guard let type = line.headerText(.pushType, document).flatMap({ PushType(rawValue: $0) }) else {
      return nil
    }
    let ofTopic = PushType(suffixOf: topic)
    if let suffix = type.topicSuffix, ofTopic != type {
      return Breach("apns-topic", "the 'apns-topic' of a push of type \(type) ends in \(suffix)")
    }
    if let ofTopic, let suffix = ofTopic.topicSuffix, type.topicSuffix == nil {
      return Breach(
        "apns-topic",
        "an 'apns-topic' that ends in \(suffix) is one of \(ofTopic), not of a push of type \(type)")
    }
    return nil
  }

  /// Returns whether a name is another spelling of a header, or the header without what all begin with.
  private static func isHeader(_ name: String, meaning header: StaticString) -> Bool {
    var (name, whole) = (name, "apns-" + name)
    return name.withUTF8 { PayloadKey.isSpelling(UnsafeRawBufferPointer($0), of: header) }
      || whole.withUTF8 { PayloadKey.isSpelling(UnsafeRawBufferPointer($0), of: header) }
  }
}
