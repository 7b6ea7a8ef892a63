import APNsProtocol
import NotificationModel

/// Device tokens whose first eight digits say what becomes of a push to them.
///
/// No token of Apple's is likely to begin like that: it is one of four thousand million.
package enum MagicToken {
  /// `bad0`, the status, and a digit.
  package static let reasons: [(prefix: String, reason: String)] = [
    ("bad04000", "BadDeviceToken"), ("bad04001", "DeviceTokenNotForTopic"), ("bad04002", "TopicDisallowed"),
    ("bad04003", "BadTopic"), ("bad04004", "MissingTopic"), ("bad04005", "InvalidPushType"),
    ("bad04006", "BadMessageId"), ("bad04007", "BadExpirationDate"), ("bad04008", "BadPriority"),
    ("bad04009", "BadCollapseId"), ("bad0400a", "DuplicateHeaders"), ("bad0400b", "MissingDeviceToken"),
    ("bad0400c", "PayloadEmpty"), ("bad0400d", "IdleTimeout"),
    ("bad04030", "InvalidProviderToken"), ("bad04031", "ExpiredProviderToken"),
    ("bad04032", "MissingProviderToken"), ("bad04033", "UnrelatedKeyIdInToken"),
    ("bad04034", "BadEnvironmentKeyIdInToken"), ("bad04035", "BadEnvironmentKeyInToken"),
    ("bad04036", "BadCertificate"), ("bad04037", "BadCertificateEnvironment"), ("bad04038", "Forbidden"),
    ("bad04040", "BadPath"), ("bad04050", "MethodNotAllowed"),
    ("bad04100", "Unregistered"), ("bad04101", "ExpiredToken"),
    ("bad04130", "PayloadTooLarge"),
    ("bad04290", "TooManyRequests"), ("bad04291", "TooManyProviderTokenUpdates"),
    ("bad05000", "InternalServerError"), ("bad05030", "ServiceUnavailable"), ("bad05031", "Shutdown"),
  ]

  /// Reasons that only the management of channels has; no push to a device gets one.
  package static let ofChannels: Set<String> = [
    "FeatureNotEnabled", "MissingChannelId", "BadChannelId", "ChannelNotRegistered", "BadRequestParams",
    "BadRequestPayload", "MissingPushType", "CannotCreateChannelConfig", "TopicMismatch",
  ]

  /// The troubles that are no documented response of APNs.
  package static let troubles: [(prefix: String, meaning: String, rule: SimulatorRule)] = [
    ("bad00000", "accepted, but the connection is reset before the answer", rule { $0.effect = .abort }),
    ("bad00001", "no answer, ever", rule { $0.effect = .stall }),
    ("bad00002", "accepted after a second", rule(accepts: true) { $0.delay = .seconds(1) }),
    ("bad00003", "RST_STREAM with REFUSED_STREAM", rule { $0.effect = .reset(7) }),
    ("bad00004", "the connection is closed", rule { $0.effect = .close }),
    ("bad00005", "the connection is reset (TCP)", rule { $0.effect = .abort }),
    (
      "bad00006", "GOAWAY with {\"reason\":\"Shutdown\"}, the push not looked at",
      rule { $0.effect = .goAway(SimulatorRule.Departure(reason: "Shutdown")) }
    ),
    ("bad00007", "nothing is read from the connection any more", rule { $0.effect = .stopReading }),
    (
      "bad00008", "400 with a reason that nobody knows",
      rule { $0.effect = .refuse(Refusal(status: 400, reason: "NobodyKnowsThis")) }
    ),
    (
      "bad00009", "status 418 with a reason that nobody knows",
      rule { $0.effect = .refuse(Refusal(status: 418, reason: "NobodyKnowsThis")) }
    ),
    ("bad0000a", "400 with a body that is no JSON", refusing { $0.shape = .garbage }),
    ("bad0000b", "400 with a body of 256 KiB", refusing { $0.shape = .oversized }),
    ("bad0000c", "400 with one byte in each DATA frame", refusing { $0.shape = .split }),
    ("bad0000d", "accepted, with an empty DATA frame at the end", rule(accepts: true) { $0.shape = .empty }),
    ("bad0000e", "accepted, without apns-id", rule(accepts: true) { $0.hidesID = true }),
    ("bad0000f", "400 without apns-id", refusing { $0.hidesID = true }),
  ]

  private static let byPrefix: [String: SimulatorRule] = {
    var rules: [String: SimulatorRule] = [:]
    for (prefix, name) in reasons { rules[prefix] = rule { $0.effect = .refuse(Refusal(name)) } }
    for trouble in troubles { rules[trouble.prefix] = trouble.rule }
    rules["bad00000"]?.isAccepted = true
    return rules
  }()

  private static func rule(accepts: Bool = false, _ change: (inout SimulatorRule) -> Void) -> SimulatorRule {
    var rule = SimulatorRule()
    rule.isAccepted = accepts
    change(&rule)
    return rule
  }

  private static func refusing(_ change: (inout SimulatorRule) -> Void) -> SimulatorRule {
    var rule = SimulatorRule()
    rule.effect = .refuse(Refusal("BadDeviceToken"))
    change(&rule)
    return rule
  }

  /// Returns the rule of a token, in small digits; nil for an ordinary one.
  package static func rule(for token: String) -> SimulatorRule? {
    // Cheap for every token that is none.
    guard token.hasPrefix("bad0") else { return nil }
    return byPrefix[String(token.prefix(8))]
  }

  /// The table as the command's help shows it.
  package static var manual: String {
    let lines =
      reasons.map { ($0.prefix, "\(Refusal($0.reason).status) \($0.reason)") }
      + troubles.map { ($0.prefix, $0.meaning) }
    return lines.map { "  \($0)…  \($1)" }.joined(separator: "\n")
  }
}
