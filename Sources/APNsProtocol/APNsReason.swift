/// A reason for which APNs refuses a push, with its meaning and the next step.
///
/// Source: Apple, "Handling notification responses from APNs". What Apple does not say was seen in the field.
package struct APNsReason: Sendable, Equatable {
  /// The consequence for the notification, and for the credential or topic that it was sent with.
  package enum Fate: String, Sendable, CaseIterable {
    /// The token is gone, or no app has it: never push to it again.
    case removeToken = "remove token"
    /// This notification can never be accepted as it is.
    case deadLetter = "dead letter"
    /// The key or certificate must be mended; its other notifications wait.
    case fixCredential = "fix credential"
    /// The same notification may be accepted later.
    case retry
  }

  /// The condition of a retry.
  package enum Retry: Sendable, Equatable {
    /// As soon as there is another connection.
    case reconnect
    /// With a new provider token on another connection.
    case renewToken
    /// Without another new provider token for 20 minutes.
    case holdToken
    /// For this device later; others go on.
    case device
    /// After 15 minutes, and with back-off: "After 15 minutes, you can retry".
    case server
  }

  /// The word in `{"reason":…}`.
  package var name: String
  /// The status that it comes with.
  package var status: Int
  package var fate: Fate
  package var retry: Retry?
  /// The meaning, as a clause.
  package var meaning: String
  /// The advice, as a clause.
  package var advice: String

  init(
    _ name: String, _ status: Int, _ fate: Fate, _ meaning: String, _ advice: String, retry: Retry? = nil
  ) {
    self.name = name
    self.status = status
    self.fate = fate
    self.meaning = meaning
    self.advice = advice
    self.retry = retry
  }

  /// Returns the meaning of a response; an undocumented reason is judged by its status.
  package static func of(status: Int, reason: String) -> APNsReason {
    if let known = byName[reason] { return known }
    let said = reason.isEmpty ? "APNs gave no reason" : "APNs gave a reason that is not documented"
    let (fate, meaning, advice, retry) = byStatus(status)
    return APNsReason(reason, status, fate, "\(said); \(meaning)", advice, retry: retry)
  }

  /// Returns the consequence of a status alone (RFC 9110 §15), where no documented reason decides.
  private static func byStatus(_ status: Int) -> (Fate, meaning: String, advice: String, Retry?) {
    let foreign = "\(status) is not APNs' own, but a proxy's perhaps"
    let way = "check --server and what stands between"
    return switch status {
    case 410: (.removeToken, "410 says the token is gone", "remove the token", nil)
    case 403: (.fixCredential, "403 is about the key or certificate", "check the credential", nil)
    case 413: (.deadLetter, "413 says the payload is too large", "make it smaller", nil)
    case 429: (.retry, "429 says too many requests", "send less often", .device)
    case 401, 407: (.fixCredential, foreign, way, nil)
    case 421: (.retry, "421 says that another connection is needed", "wait", .reconnect)
    case 408, 425, 100...399: (.retry, foreign, way, .server)
    case 500...599: (.retry, "APNs has a failure of its own", "wait", .server)
    default: (.deadLetter, "the status is \(status)", "look at the request", nil)
    }
  }

  /// True when the reason is one that Apple documents.
  package var isDocumented: Bool { Self.byName[name] != nil }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The reasons that Apple documents, and those of broadcasts that have been seen.
  package static let all: [APNsReason] = [
    // 400
    APNsReason(
      "BadCollapseId", 400, .deadLetter, "'apns-collapse-id' has more than 64 bytes", "make it shorter"),
    APNsReason(
      "BadDeviceToken", 400, .removeToken,
      "the device token is not one of this environment",
      "check sandbox against production first, then remove it"),
    APNsReason(
      "BadExpirationDate", 400, .deadLetter, "'apns-expiration' is no time in seconds since 1970",
      "fix the header"),
    APNsReason(
      "BadMessageId", 400, .deadLetter, "'apns-id' is no UUID", "write it as 8-4-4-4-12 small digits"),
    APNsReason("BadPriority", 400, .deadLetter, "'apns-priority' is not 1, 5 or 10", "fix the header"),
    APNsReason("BadTopic", 400, .deadLetter, "'apns-topic' is no topic", "write the app's bundle id"),
    APNsReason(
      "DeviceTokenNotForTopic", 400, .deadLetter, "the device token belongs to another app",
      "compare the topic with the bundle id of the app that the token came from"),
    APNsReason("DuplicateHeaders", 400, .deadLetter, "a header came twice", "send each once"),
    APNsReason(
      "IdleTimeout", 400, .retry, "the connection was idle for too long", "nothing: it is sent again",
      retry: .reconnect),
    APNsReason(
      "InvalidPushType", 400, .deadLetter,
      "'apns-push-type' is none that APNs knows, or not one for this topic",
      "fix the header"),
    APNsReason("MissingDeviceToken", 400, .deadLetter, "the path has no device token", "give one"),
    APNsReason(
      "MissingTopic", 400, .deadLetter, "there is no 'apns-topic', and the credential is for several",
      "give the app's bundle id"),
    APNsReason("PayloadEmpty", 400, .deadLetter, "the payload is empty", "send one"),
    APNsReason(
      "TopicDisallowed", 400, .fixCredential, "the credential may not push to this topic",
      "use the key or certificate of the app's own team"),
    // 403
    APNsReason(
      "BadCertificate", 403, .fixCredential, "APNs does not accept the certificate",
      "renew it in the developer account"),
    APNsReason(
      "BadCertificateEnvironment", 403, .fixCredential, "the certificate is for the other environment",
      "push to the other environment, or make a certificate for both"),
    APNsReason(
      "ExpiredProviderToken", 403, .retry, "the provider token is older than an hour",
      "set this machine's clock if it happens again", retry: .renewToken),
    APNsReason(
      "Forbidden", 403, .fixCredential, "the credential may not do this",
      "look at the key or certificate in the developer account"),
    APNsReason(
      "InvalidProviderToken", 403, .fixCredential,
      "the provider token's signature, key id or team id is wrong",
      "compare key id and team id with the developer account, and look whether the key was revoked"),
    APNsReason(
      "MissingProviderToken", 403, .fixCredential,
      "there is neither a provider token nor a client certificate",
      "add a credential for this topic"),
    APNsReason(
      "UnrelatedKeyIdInToken", 403, .retry, "the connection belongs to another key of the team",
      "nothing: it is sent on another connection", retry: .reconnect),
    APNsReason(
      "BadEnvironmentKeyIdInToken", 403, .fixCredential, "the key is limited to the other environment",
      "use a key for this environment"),
    APNsReason(
      "BadEnvironmentKeyInToken", 403, .fixCredential, "the key is limited to the other environment",
      "use a key for this environment"),
    // 404, 405
    APNsReason("BadPath", 404, .deadLetter, "the path is not /3/device/TOKEN", "look at the device token"),
    APNsReason(
      "MethodNotAllowed", 405, .deadLetter, "the method was not POST", "report it: Notilua sends POST"),
    // 410
    APNsReason(
      "ExpiredToken", 410, .removeToken, "the device token has expired",
      "remove it unless the app has sent it again since"),
    APNsReason(
      "Unregistered", 410, .removeToken, "the app is no longer on the device",
      "remove the token unless the app has sent it again since"),
    // 413, 429
    APNsReason(
      "PayloadTooLarge", 413, .deadLetter, "the payload has more than 4096 bytes, or 5120 for VoIP",
      "make it smaller, with the plugin 'truncate' perhaps"),
    APNsReason(
      "TooManyProviderTokenUpdates", 429, .retry, "provider tokens were renewed more than once in 20 minutes",
      "use the key in one place, or give each place its own", retry: .holdToken),
    APNsReason(
      "TooManyRequests", 429, .retry, "this device got too many pushes in a row", "send it fewer",
      retry: .device),
    // 500, 503
    APNsReason(
      "InternalServerError", 500, .retry, "APNs has a failure of its own", "wait", retry: .server),
    APNsReason(
      "ServiceUnavailable", 503, .retry, "APNs is not available", "wait", retry: .server),
    APNsReason(
      "Shutdown", 503, .retry, "this server of APNs is shutting down",
      "nothing: it is sent on another connection",
      retry: .reconnect),
    // Broadcasts to channels only.
    APNsReason(
      "FeatureNotEnabled", 403, .fixCredential, "broadcasts are not enabled for the app", "enable them"),
    APNsReason("MissingChannelId", 400, .deadLetter, "'apns-channel-id' is missing", "give it"),
    APNsReason("BadChannelId", 400, .deadLetter, "'apns-channel-id' is no channel", "fix the header"),
    APNsReason("ChannelNotRegistered", 410, .deadLetter, "the channel does not exist", "make it first"),
    APNsReason("BadRequestParams", 400, .deadLetter, "a parameter is wrong", "look at the request"),
    APNsReason("BadRequestPayload", 400, .deadLetter, "the body is wrong", "look at the payload"),
    APNsReason("MissingPushType", 400, .deadLetter, "'apns-push-type' is missing", "give it"),
    APNsReason(
      "CannotCreateChannelConfig", 400, .deadLetter, "the app has as many channels as it may", "delete some"),
    APNsReason(
      "TopicMismatch", 403, .fixCredential, "the topic is not the credential's", "use another credential"),
  ]
}
