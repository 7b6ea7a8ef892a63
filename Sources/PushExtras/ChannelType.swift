/// A kind of channel that a chat message comes through, by the name that `cType` of its push has.
///
/// A name that is not listed here is kept: a chat server may have more.
public struct ChannelType: RawRepresentable, Hashable, Sendable {
  /// The name, such as `PR`.
  public var rawValue: String

  /// Makes a type of any name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Two people: `PR`, code 1.
  public static let direct = ChannelType(rawValue: "PR")
  /// A discussion group: `DS`, code 2.
  public static let discussion = ChannelType(rawValue: "DS")
  /// A group: `GRP`, code 3.
  public static let group = ChannelType(rawValue: "GRP")
  /// A chatroom, code 4, from which no push comes: `cType` has no name for it.
  public static let chatroom = ChannelType(rawValue: "chatroom")
  /// Customer service: `CS`, code 5.
  public static let customerService = ChannelType(rawValue: "CS")
  /// The system: `SYS`, code 6.
  public static let system = ChannelType(rawValue: "SYS")
  /// A public service within the app: `MC`, code 7.
  public static let appService = ChannelType(rawValue: "MC")
  /// A public service of several apps: `MP`, code 8.
  public static let publicService = ChannelType(rawValue: "MP")
  /// A service that only sends: `PH`, code 9.
  public static let pushService = ChannelType(rawValue: "PH")
  /// A super group, which has channels of its own: `UG`, code 10.
  public static let superGroup = ChannelType(rawValue: "UG")

  /// The types in the order of their codes, which begin with 1.
  private static let byCode: [ChannelType] = [
    .direct, .discussion, .group, .chatroom, .customerService, .system, .appService, .publicService,
    .pushService, .superGroup,
  ]

  /// The types that a push may come from, in the order of their codes.
  public static let known = byCode.filter { $0 != .chatroom }

  /// Returns the type of a code; nil where no type has it.
  public init?(code: Int) {
    guard (1...Self.byCode.count).contains(code) else { return nil }
    self = Self.byCode[code - 1]
  }

  /// The number that chat servers use beside the name; nil for a type that is not listed here.
  public var code: Int? { Self.byCode.firstIndex(of: self).map { $0 + 1 } }

  /// A Boolean value that indicates whether several people read what is written there.
  public var isGroup: Bool { self == .discussion || self == .group || self == .superGroup }
}
