import LosslessJSON
import NotificationModel
import WorkerProtocol

/// The check of what a worker reports beside a payload, by what the operator granted and by what APNs takes.
///
/// The plugins' own process has checked it already, and may have become another's.
package struct EffectsCheck: Sendable {
  /// The part of deliveries that each plugin may change, in the order of the chain.
  package let grants: [DeliveryGrant?]

  /// A Boolean value that indicates whether any plugin may change delivery headers.
  var hasGrants: Bool { grants.contains { $0 != nil } }
  /// A Boolean value that indicates whether any plugin may write the topic.
  var hasTopicGrants: Bool { grants.contains { $0?.fields.contains(.topic) == true } }

  /// Makes a check by the grants of a chain.
  package init(grants: [DeliveryGrant?]) { self.grants = grants }

  /// Returns what is wrong with the effects of one notification; nil where they may be acted on.
  ///
  /// - Parameters:
  ///   - line: the line as the host has read it.
  ///   - push: the notification where it came as a push; nil for a line.
  package func problem(
    _ bytes: UnsafeRawBufferPointer, _ content: ResultContent, _ line: UnsafeRawBufferPointer, _ push: Push?
  ) -> String? {
    if bytes.isEmpty { return nil }
    guard let effects = PassEffects(bytes),
      content.hasPayloads || effects.attachments.isEmpty && effects.withdrawals.isEmpty
    else { return "the worker's attachments, recalls or delivery headers break their rules" }
    if effects.delivery.entries.isEmpty { return nil }
    if let push {
      return problem(effects.delivery, payload: push.notification.payload, push)
    }
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    guard (try? document.parse(line)) != nil, let form = try? NotificationLine(document), !form.isBare else {
      return "the worker changes delivery headers of a notification that has none"
    }
    return problem(effects.delivery, form, document)
  }

  private func problem(_ change: DeliveryChange, payload: [UInt8], _ push: Push) -> String? {
    for entry in change.entries {
      guard case .topic(let topic) = entry.edit, !push.senderTopics.cover(topic) else { continue }
      return "the topic '\(topic)' is none that the sender of the push may push to"
    }
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(payload: document, envelope: push.envelope)
    else { return "the worker changes delivery headers of what is no push" }
    return problem(change, form, document)
  }

  private func problem(
    _ change: DeliveryChange, _ line: NotificationLine, _ document: borrowing JSONDocument
  ) -> String? {
    let topic = line.headerText(.topic, document)
    for entry in change.entries {
      let grant = grants.indices.contains(entry.plugin) ? grants[entry.plugin] : nil
      guard let grant, grant.refusal(of: entry.edit.field, topic: topic) == nil else {
        return "the worker changes '\(entry.edit.field.rawValue)', which is not granted for this notification"
      }
      guard case .topic(let written) = entry.edit else { continue }
      guard grant.refusal(writing: written) == nil else {
        return "the worker writes the topic '\(written)', which is not granted"
      }
    }
    let changed = line.applying(change, document)
    return APNsRules.newHeaderBreach(changed, was: line, document).map {
      "the worker's delivery headers break a rule of APNs: \($0.message)"
    }
  }
}
