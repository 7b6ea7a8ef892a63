import APNsCredentials
import APNsProtocol
import ClientKeys
import FrontDoor
import HTTP2Transport
import NotificationModel
import Testing

/// Who gets through, and who does not.
struct DoorGateTests {
  @Test(
    arguments: [
      "bearer " + ThirdPartyTokens.pyJWT, "Bearer " + ThirdPartyTokens.pyJWT, ThirdPartyTokens.aioapns,
      "bearer " + ThirdPartyTokens.low, "bearer " + ThirdPartyTokens.high, "bearer " + ThirdPartyTokens.der,
    ]) func tokensOfOtherProgramsAreGood(_ authorization: String) throws
  {
    var sample = try DoorSample()
    #expect(sample.said(authorization) == "200")
    #expect(sample.standing.isProven && sample.standing.badSenders == 0)
  }

  /// There is no way in without a token that one of the keys has signed.
  @Test(
    arguments: [
      "", " ", "bearer", "bearer ", "bearer a.b.c", "bearer ..", "\u{0}", "bearer \u{FFFD}.\u{FFFD}.\u{FFFD}",
      ThirdPartyTokens.pyJWT, "basic " + ThirdPartyTokens.pyJWT, "bearer  " + ThirdPartyTokens.pyJWT,
      "bearer " + ThirdPartyTokens.pyJWT + " ", "bearer " + ThirdPartyTokens.unsigned,
      "bearer " + ThirdPartyTokens.hmacOfPEM, "bearer " + ThirdPartyTokens.hmacOfDER,
      "bearer " + ThirdPartyTokens.other, "bearer " + ThirdPartyTokens.ownKey,
      "bearer " + ThirdPartyTokens.critical,
      // jpadilla/pyjwt#676: padding is no part of base 64 for URLs.
      "bearer " + ThirdPartyTokens.pyJWT + "=", "bearer " + ThirdPartyTokens.pyJWT + "==",
      "bearer " + ThirdPartyTokens.pyJWT + "A", "bearer " + ThirdPartyTokens.pyJWT + ".",
    ]) func nothingElseIs(_ authorization: String) throws
  {
    var sample = try DoorSample()
    // Twice, since what was refused is remembered.
    for _ in 0..<2 { #expect(sample.said(authorization) == "403 InvalidProviderToken") }
    #expect(!sample.standing.isProven && sample.standing.badSenders == 2)
    // Nor is anything taken where there is no key at all.
    #expect(throws: Refusal("InvalidProviderToken")) {
      try DoorGate(keys: []).admit(
        DoorSample.request(authorization), &sample.standing, environment: .production, at: DoorSample.time())
    }
  }

  @Test func aHugeTokenIsNone() throws {
    var sample = try DoorSample()
    for text in [
      String(repeating: "A", count: 4096), ThirdPartyTokens.pyJWT + String(repeating: "A", count: 8000),
      String(repeating: "a.", count: 3500), String(repeating: ".", count: 7000),
    ] {
      for _ in 0..<2 { #expect(sample.said("bearer " + text) == "403 InvalidProviderToken") }
    }
  }

  @Test func withoutATokenNobodyGetsIn() throws {
    var sample = try DoorSample()
    #expect(sample.said(nil) == "403 MissingProviderToken")
  }

  @Test func aHeaderThatComesTwiceIsRefused() throws {
    var sample = try DoorSample()
    let good = HTTP2Header("authorization", "bearer " + ThirdPartyTokens.pyJWT)
    let bad = HTTP2Header("authorization", "bearer " + ThirdPartyTokens.other)
    for headers in [[good, bad], [bad, good], [good, good]] {
      let all = headers + [HTTP2Header("apns-topic", "com.example.app")]
      #expect(sample.said(PushRequest(stream: 1, headers: all, body: [])) == "400 DuplicateHeaders")
    }
  }

  /// Each bit of the signature, and the last character, of which base 64 leaves two bits open (mpdavis/python-jose#379).
  @Test func noBitOfATokenMayChange() throws {
    let token = Array(ThirdPartyTokens.pyJWT.utf8)
    var sample = try DoorSample()
    let signature = token.count - 86
    for at in Array(stride(from: 0, to: signature, by: 5)) + Array(signature..<token.count) {
      for bit in [1, 2, 4] as [UInt8] {
        var other = token
        other[at] ^= bit
        #expect(
          sample.said("bearer " + String(decoding: other, as: UTF8.self)) == "403 InvalidProviderToken",
          "byte \(at)")
      }
    }
    #expect(sample.said("bearer " + ThirdPartyTokens.pyJWT) == "200")
  }

  @Test func theIdsAreThoseOfTheKey() throws {
    var sample = try DoorSample()
    #expect(sample.said(sample.bearer(), topic: "com.example.own") == "200")
    #expect(
      sample.said(sample.bearer(teamID: "DEF123GHIJ"), topic: "com.example.own") == "403 InvalidProviderToken"
    )
    for keyID in ["ABC123DEFG", "UNKNOWN001"] {
      let token = ProviderToken(
        signedBy: sample.own, keyID: keyID, teamID: "OWNTEAM001", issuedAt: DoorSample.issued / 1000)
      #expect(sample.said("bearer \(token?.text ?? "")") == "403 InvalidProviderToken")
    }
  }

  /// Apple: "APNs rejects push requests containing an outdated token", which is one of more than an hour.
  @Test func aRememberedTokenExpires() throws {
    var sample = try DoorSample()
    let bearer = "bearer " + ThirdPartyTokens.pyJWT
    for (seconds, said) in [
      (-61.0, "403 InvalidProviderToken"), (-60, "200"), (0, "200"), (3600, "200"),
      (3601, "403 ExpiredProviderToken"),
      (0, "200"), (1e9, "403 ExpiredProviderToken"),
    ] {
      #expect(sample.said(bearer, at: DoorSample.time(seconds)) == said, "\(seconds)")
    }
    for issuedAt in [Int64.min, -1, 0, Int64.max] {
      #expect(sample.said(sample.bearer(issuedAt: issuedAt)).hasPrefix("403 "), "\(issuedAt)")
    }
  }

  @Test func aKeyIsForItsTopicsAndEnvironments() throws {
    var sample = try DoorSample()
    let bearer = "bearer " + ThirdPartyTokens.pyJWT
    for (topic, said) in [
      ("com.example.app", "200"), ("com.example.app.voip", "200"), ("com.example.own", "400 TopicDisallowed"),
      ("com.example", "400 TopicDisallowed"), ("*", "400 BadTopic"), ("", "400 BadTopic"),
      (nil, "400 MissingTopic"),
    ] as [(String?, String)] {
      #expect(sample.said(bearer, topic: topic) == said, "\(topic ?? "none")")
    }
    #expect(sample.said(bearer, environment: .sandbox) == "403 BadEnvironmentKeyIdInToken")
    #expect(sample.said(sample.bearer(), topic: "com.example.own", environment: .sandbox) == "200")
    #expect(sample.standing.badSenders == 0)
  }

  @Test func aRevokedKeyStopsAtOnce() throws {
    var sample = try DoorSample()
    let (bearer, own) = ("bearer " + ThirdPartyTokens.pyJWT, sample.bearer())
    #expect(sample.said(bearer) == "200" && sample.said(own, topic: "com.example.own") == "200")
    sample.gate.replace(keys: [sample.keys[1]])
    #expect(sample.said(bearer) == "403 InvalidProviderToken")
    #expect(sample.said(own, topic: "com.example.own") == "200")
    // Refused tokens are good again with their key, though they were remembered as bad.
    sample.gate.replace(keys: sample.keys)
    #expect(sample.said(bearer) == "200")
    // Another key under the same id: what the old one has signed is bad.
    var swapped = sample.keys[0]
    swapped.publicKey = sample.own.publicKey
    sample.gate.replace(keys: [swapped])
    #expect(sample.said(bearer) == "403 InvalidProviderToken")
    // The same key with other topics.
    var moved = sample.keys[0]
    moved.grant.topics = .apps(["com.example.other"])
    sample.gate.replace(keys: [moved])
    #expect(
      sample.said(bearer) == "400 TopicDisallowed" && sample.said(bearer, topic: "com.example.other") == "200"
    )
    sample.gate.replace(keys: [])
    #expect(sample.said(bearer, topic: "com.example.other") == "403 InvalidProviderToken")
  }

  @Test func aConnectionWithTenBadTokensIsClosed() throws {
    var sample = try DoorSample()
    for count in 1...10 {
      #expect(!sample.standing.isExhausted)
      _ = count.isMultiple(of: 2) ? sample.said(nil) : sample.said("bearer " + ThirdPartyTokens.other)
      // Neither is about who sends.
      _ = sample.said("bearer " + ThirdPartyTokens.pyJWT, topic: "com.example.own")
      _ = sample.said("bearer " + ThirdPartyTokens.pyJWT, at: DoorSample.time(4000))
    }
    #expect(sample.standing.isExhausted && sample.standing.badSenders == 10)
  }

  @Test func ratesAreOfKeys() throws {
    var grant = DoorSample.grant
    grant.rate = KeyRate(perSecond: 2, burst: 3)
    var sample = try DoorSample(grant)
    let bearer = "bearer " + ThirdPartyTokens.pyJWT
    #expect((0..<3).map { _ in sample.said(bearer) } == ["200", "200", "200"])
    #expect(throws: Refusal("TooManyRequests", retryAfter: 1)) {
      try sample.gate.admit(
        DoorSample.request(bearer), &sample.standing, environment: .production, at: DoorSample.time())
    }
    // Another connection has no other rate, and another key has its own.
    sample.standing = ConnectionStanding()
    #expect(sample.said(bearer) == "429 TooManyRequests")
    #expect(sample.said(sample.bearer(), topic: "com.example.own") == "200")
    // A refused topic takes nothing off.
    #expect(sample.said(bearer, topic: "com.example.own", at: DoorSample.time(0.5)) == "400 TopicDisallowed")
    #expect(sample.said(bearer, at: DoorSample.time(0.5)) == "200")
    #expect(sample.said(bearer, at: DoorSample.time(0.6)) == "429 TooManyRequests")
    #expect(sample.standing.badSenders == 0)
  }

  /// Connections on several threads, and keys that change under them: what is revoked stays out.
  @Test func threadsShareAGate() async throws {
    let sample = try DoorSample()
    let gate = sample.gate
    let (keys, bearer) = (sample.keys, "bearer " + ThirdPartyTokens.pyJWT)
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          var standing = ConnectionStanding()
          for round in 0..<200 {
            let authorization = round.isMultiple(of: 2) ? bearer : bearer + "\(index)x\(round)"
            _ = try? gate.admit(
              DoorSample.request(authorization), &standing, environment: .production, at: DoorSample.time())
            if index == 0 { gate.replace(keys: round.isMultiple(of: 2) ? [keys[1]] : keys) }
          }
        }
      }
    }
    gate.replace(keys: [keys[1]])
    var last = sample
    #expect(last.said(bearer) == "403 InvalidProviderToken")
  }
}
