import LosslessJSON

/// Compares the members of a payload with what Apple documents of their keys.
///
/// It goes through the members of `payload`, `aps`, `alert` and `sound` once, and allocates nothing where nothing is
/// wrong.
struct PayloadCheck: ~Copyable {
  /// A Boolean value that indicates whether the push is one of a Live Activity, which takes more.
  let inLiveActivity: Bool
  private(set) var found: [APNsRules.Breach] = []
  /// `aps`, once it was met: names in `alert` may belong there.
  private var aps: NodeID?

  init(inLiveActivity: Bool) { self.inLiveActivity = inLiveActivity }

  /// Checks the members of one of the payload's dictionaries, and of those in it.
  mutating func checkMembers(
    _ document: borrowing JSONDocument, _ object: NodeID, _ place: PayloadKey.Place, path: String? = nil
  ) {
    if place == .aps { aps = object }
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(object, &cursor) {
      let name = document.unquotedText(of: key)
      if let known = PayloadKey.find(place, name),
        !(known.isOfLiveActivity && place == .alert && !inLiveActivity)
      {
        check(document, value, known.value, "\(known.name)", place, path)
      } else {
        checkUnknown(document, object, name, place, path)
      }
    }
  }

  /// Checks a value of a key.
  mutating func check(
    _ document: borrowing JSONDocument, _ value: NodeID, _ wanted: PayloadValue,
    _ name: @autoclosure () -> String,
    _ place: PayloadKey.Place, _ path: String? = nil
  ) {
    let shape = document.shape(of: value)
    guard wanted.accepts(shape, inLiveActivity: inLiveActivity) else {
      let path = Self.path(name(), place, path)
      found.append(
        APNsRules.Breach(path, "'\(path)' \(wanted.complaint)\(PayloadValue.hint(wanted, shape))"))
      return
    }
    switch (wanted, shape) {
    case (.texts, .array):
      if !document.hasOnlyStrings(value) {
        let path = Self.path(name(), place, path)
        found.append(APNsRules.Breach(path, "'\(path)' \(wanted.complaint)"))
      }
    case (.alert, .object): checkMembers(document, value, .alert)
    case (.sound, .object): checkMembers(document, value, .sound)
    case (.localizable, .object):
      checkMembers(document, value, .localizedText, path: Self.path(name(), place, path))
    case (.object, .object) where place == .payload: checkMembers(document, value, .aps)
    case (.payload, .object): checkMembers(document, value, .payload)
    default: break
    }
  }

  private static func path(_ name: String, _ place: PayloadKey.Place, _ path: String?) -> String {
    place == .payload ? name : "\(path ?? place.path).\(name)"
  }

  /// Finds what a name means that Apple does not document at this place.
  private mutating func checkUnknown(
    _ document: borrowing JSONDocument, _ object: NodeID, _ name: UnsafeRawBufferPointer,
    _ place: PayloadKey.Place, _ path: String?
  ) {
    guard let meant = PayloadKey.meant(by: name, in: place, inLiveActivity: inLiveActivity) else { return }
    // Some servers write both, for one gateway and another.
    if let right = container(of: meant, from: object, place, document),
      document.member(right, meant.name) != nil
    {
      return
    }
    found.append(Self.misplaced(name, in: place, path, meant))
  }

  /// Returns the breach of a name that stands where a device does not look for it.
  static func misplaced(
    _ name: UnsafeRawBufferPointer, in place: PayloadKey.Place, _ path: String?, _ meant: PayloadKey
  ) -> APNsRules.Breach {
    let wrong = Self.path(String(decoding: name, as: UTF8.self), place, path)
    let right = meant.place == .localizedText ? Self.path("\(meant.name)", place, path) : meant.path
    let beside = place == .payload ? " beside 'aps'" : ""
    return APNsRules.Breach(wrong, "a device ignores '\(wrong)'\(beside); use '\(right)'")
  }

  /// Returns the dictionary that a key belongs in, seen from the one at `place`; nil where it cannot be seen.
  private func container(
    of key: PayloadKey, from object: NodeID, _ place: PayloadKey.Place, _ document: borrowing JSONDocument
  ) -> NodeID? {
    switch (place, key.place) {
    case (.payload, .aps): document.member(object, "aps")
    case (.alert, .aps): aps
    case (.aps, .alert): document.member(object, "alert")
    case (.aps, .sound): document.member(object, "sound")
    default: place == key.place ? object : nil
    }
  }
}

extension JSONDocument {
  /// Returns the inside of a string's quotes, as it stands in the text; no key or word of Apple's needs an
  /// escape.
  func unquotedText(of string: NodeID) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: rawText(of: string).dropFirst().dropLast())
  }

  /// Returns a value's type, with the part of it that rules compare.
  func shape(of node: NodeID) -> PayloadValue.Shape {
    switch kind(of: node) {
    case .string: .text(unquotedText(of: node))
    case .number: integer(of: node).map { .integer($0) } ?? .number(double(of: node))
    case .true: .boolean(true)
    case .false: .boolean(false)
    case .object: .object
    case .array: .array
    case .null, .link: .null
    }
  }

  /// Returns whether all elements of an array are strings.
  func hasOnlyStrings(_ array: NodeID) -> Bool {
    var hint = (index: UInt32(0), node: NodeID(0))
    var index = 0
    while let element = element(array, index, hint: &hint) {
      if kind(of: element) != .string { return false }
      index += 1
    }
    return true
  }
}
