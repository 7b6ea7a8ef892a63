import LosslessJSON

extension PushExtra {
  /// The most bytes of a payload that is decoded; APNs delivers 5,120.
  public static let sizeLimit = 1 << 20

  /// The most levels of objects and lists in one.
  private static let depthLimit = 64

  /// The key under which an app's launch options have the payload that it was opened with.
  public static let launchOptionsKey = "UIApplicationLaunchOptionsRemoteNotificationKey"

  /// Decodes the payload of a remote notification, or launch options that have one.
  ///
  /// - Parameter payload: one JSON object.
  /// - Returns: nil where it is not the push of a chat message: no JSON object, or one with neither `rc` nor `appData`.
  public init?(payload: String) {
    guard let document = Self.document(payload) else { return nil }
    let options = document.member(document.root, named: Self.launchOptionsKey)
    self.init(document, options ?? document.root)
  }

  private mutating func readNames(_ document: borrowing JSONDocument, _ rc: NodeID) {
    channelType = Self.name(document, rc, "cType").map { ChannelType(rawValue: $0) }
    channelID = Self.name(document, rc, "bId")
    senderID = Self.name(document, rc, "fId")
    objectName = Self.name(document, rc, "oName")
    targetID = Self.name(document, rc, "tId")
    recipientID = Self.name(document, rc, "rId")
    messageID = Self.name(document, rc, "id")
  }

  /// Reads both places where servers write what is recalled.
  private mutating func readRecalledMessageIDs(_ document: borrowing JSONDocument, _ rc: NodeID?) {
    var found = rc.map { Self.recalled(document, $0) } ?? []
    if let appData, appData.contains(Self.recallKey), let inner = Self.document(appData) {
      found += Self.recalled(inner, inner.root)
    }
    var known: Set<String> = []
    recalledMessageIDs = found.filter { known.insert($0).inserted }
  }

  /// The key of a recalled message.
  package static let recallKey = "rc-dlt-identifier"

  /// Returns the identifiers that an object has: a text or a list of them; servers write null and "" for none.
  private static func recalled(_ document: borrowing JSONDocument, _ object: NodeID) -> [String] {
    guard let value = document.member(object, named: recallKey) else { return [] }
    let items = document.kind(of: value) == .array ? document.elements(of: value) : [value]
    var names: [String] = []
    for item in items { if let name = name(document, item), !name.isEmpty { names.append(name) } }
    return names
  }

  private static func object(
    _ document: borrowing JSONDocument, _ object: NodeID, _ key: StaticString
  ) -> NodeID? {
    guard let node = document.member(object, key), document.kind(of: node) == .object else { return nil }
    return node
  }

  /// Returns an identifier: a text, or a whole number, which some servers write for one.
  private static func name(_ document: borrowing JSONDocument, _ node: NodeID) -> String? {
    if document.kind(of: node) == .string { return document.swiftString(of: node) }
    return document.integer(of: node).map { String($0) }
  }

  private static func name(
    _ document: borrowing JSONDocument, _ object: NodeID, _ key: StaticString
  ) -> String? {
    guard let node = document.member(object, key) else { return nil }
    return name(document, node)
  }

  private static func document(_ text: String) -> JSONDocument? {
    guard text.utf8.count <= sizeLimit else { return nil }
    var document = JSONDocument(depthLimit: depthLimit, duplicateKeys: .keepLast)
    guard (try? document.parse(text)) != nil, document.kind(of: document.root) == .object else { return nil }
    return document
  }

  private init?(_ document: borrowing JSONDocument, _ payload: NodeID) {
    let rc = Self.object(document, payload, "rc")
    appData = document.stringMember(payload, "appData")
    guard rc != nil || appData != nil else { return nil }
    if let rc { readNames(document, rc) }
    readRecalledMessageIDs(document, rc)
  }
}
