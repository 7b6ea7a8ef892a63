import NotificationModel

/// The decision on a message for one device, with its reason, and the push where one is made.
package enum Verdict: Sendable, Equatable {
  /// A push is made.
  case push(ComposedPush, Reason)
  /// None is made.
  case withheld(Decision, Reason)

  /// The decision.
  package var decision: Decision {
    switch self {
    case .push: .push
    case .withheld(let decision, _): decision
    }
  }

  /// The reason.
  package var reason: Reason {
    switch self {
    case .push(_, let reason), .withheld(_, let reason): reason
    }
  }
}

/// A push as APNs takes it, but for the device and the app that it is for.
package struct ComposedPush: Sendable, Equatable {
  /// `apns-push-type`.
  package let pushType = PushType.alert
  /// The payload, a JSON object.
  package var payload: [UInt8]
  /// The oddities that its sender should know of.
  package var warnings: [CompositionWarning]

  /// Makes a push.
  package init(payload: [UInt8], warnings: [CompositionWarning] = []) {
    self.payload = payload
    self.warnings = warnings
  }
}

/// An oddity of a push that is made all the same.
package enum CompositionWarning: Sendable, Equatable {
  /// The text was too long; the numbers of its characters before and after.
  case textCut(from: Int, to: Int)
  /// No catalog has the template.
  case templateMissing(String)

  /// The word for programs.
  package var code: String {
    switch self {
    case .textCut: "text_cut"
    case .templateMissing: "template_missing"
    }
  }

  /// The sentence for people.
  package var sentence: String {
    switch self {
    case .textCut(let before, let after):
      "the text was cut from \(before) characters to \(after), so that the payload has no more than "
        + "\(Reason.sizeLimit) bytes"
    case .templateMissing(let key):
      "no catalog named Messages has the template '\(key.shortened)'; add it, or the default text is shown"
    }
  }
}
