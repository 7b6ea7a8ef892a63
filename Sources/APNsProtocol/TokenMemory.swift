/// The provider tokens whose signatures were checked, so that each is checked once.
///
/// Good tokens and forged ones do not push each other out, and neither do the good ones of two keys.
struct TokenMemory: Sendable {
  /// The good tokens of a key that are remembered; a provider has one for each of its processes.
  static let limitOfKey = 64
  /// The good tokens that are remembered where tokens of any key are taken.
  static let limitOfAnyKey = 1000
  /// The forged tokens that are remembered, at most twice as many.
  static let limitOfForged = 512

  private let limit: Int
  private var good: [String: ProviderTokenCheck.Sender] = [:]
  /// The texts of ``good``, the oldest first, by what shares a limit.
  private var texts: [String: [String]] = [:]
  private var forged: Set<String> = []
  /// Those from before ``forged`` was full.
  private var olderForged: Set<String> = []

  init(ofAnyKey: Bool) { limit = ofAnyKey ? Self.limitOfAnyKey : Self.limitOfKey }

  /// Returns the verdict on a text; nil where it is not remembered.
  func verdict(on text: String) -> ProviderKeys.Verdict? {
    if let sender = good[text] { return .signed(sender) }
    return forged.contains(text) || olderForged.contains(text) ? .forged : nil
  }

  /// Remembers the verdict on a text; one on a text that costs no signature check is not worth it.
  mutating func remember(_ verdict: ProviderKeys.Verdict, on text: String, sharing name: String) {
    switch verdict {
    case .signed(let sender):
      guard good.updateValue(sender, forKey: text) == nil else { return }
      texts[name, default: []].append(text)
      if texts[name, default: []].count > limit, let oldest = texts[name]?.removeFirst() {
        good[oldest] = nil
      }
    case .forged:
      if forged.count >= Self.limitOfForged {
        olderForged = forged
        forged = []
      }
      forged.insert(text)
    case .unknown: break
    }
  }

  /// Forgets the forged tokens, which another key may have signed, and the good ones of keys that are not kept.
  mutating func forget(unless isKept: (_ name: String) -> Bool) {
    (forged, olderForged) = ([], [])
    for (name, list) in texts where !isKept(name) {
      for text in list { good[text] = nil }
      texts[name] = nil
    }
  }
}
