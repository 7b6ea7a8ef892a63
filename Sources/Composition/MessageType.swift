/// The behaviour of a message's type where the message says nothing of its push.
///
/// Sources: the types and texts of RongCloud's and Nexconn's documentation (*ObjectName*), and of RongCloud's own client.
package enum MessageType: Sendable, Equatable {
  /// The message's text is shown.
  case text
  /// A short text in the recipient's language stands for it.
  case label
  /// The same, unless the message has a text.
  case titledLabel
  /// The same, followed by the name of the file.
  case file
  /// It takes a message back.
  case recall
  /// It is shown within a conversation, and pushed only with a text of its sender's.
  case notification
  /// It is nothing that people read: typing, receipts, commands.
  case signal
  /// It is an app's own, and pushed only with a text of its sender's or the operator's.
  case custom

  /// The prefix of the built-in types.
  static let prefix = "RC:"
  /// The most characters of a custom type's name.
  package static let nameLimit = 32

  /// The built-in types by name.
  package static let builtIn: [String: MessageType] = [
    "RC:TxtMsg": .text, "RC:ReferenceMsg": .text, "RC:StreamMsg": .text,
    "RC:ImgMsg": .label, "RC:GIFMsg": .label, "RC:VcMsg": .label, "RC:HQVCMsg": .label,
    "RC:LBSMsg": .label, "RC:SightMsg": .label, "RC:CombineMsg": .label, "RC:CombineV2Msg": .label,
    "RC:CardMsg": .label, "RC:StkMsg": .label,
    "RC:ImgTextMsg": .titledLabel, "RC:PSImgTxtMsg": .titledLabel, "RC:PSMultiImgTxtMsg": .titledLabel,
    "RC:FileMsg": .file, "RC:RcCmd": .recall,
    "RC:RcNtf": .notification, "RC:InfoNtf": .notification, "RC:ContactNtf": .notification,
    "RC:ProfileNtf": .notification, "RC:GrpNtf": .notification, "RC:CmdNtf": .notification,
    "RC:chrmKVNotiMsg": .notification,
    "RC:CmdMsg": .signal, "RC:TypSts": .signal, "RC:ReadNtf": .signal, "RC:RRReqMsg": .signal,
    "RC:RRRspMsg": .signal, "RC:SRSMsg": .signal,
  ]

  /// Returns the type of an object name.
  package init(objectName: String) { self = Self.builtIn[objectName] ?? .custom }
}
