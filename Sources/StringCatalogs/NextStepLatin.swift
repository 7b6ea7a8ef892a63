/// NeXT's set of characters, which octal escapes of `.strings` are in.
///
/// The table is CoreFoundation's, to which the last two bytes are U+0000.
package enum NextStepLatin {
  /// Returns the character of a byte.
  package static func scalar(_ byte: UInt8) -> Unicode.Scalar {
    byte < 0x80 ? Unicode.Scalar(byte) : upper[Int(byte - 0x80)]
  }

  private static let upper = Array(
    """
    \u{A0}ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏ
    ÐÑÒÓÔÕÖÙÚÛÜÝÞµ×÷
    ©¡¢£⁄¥ƒ§¤’“«‹›ﬁﬂ
    ®–†‡·¦¶•‚„”»…‰¬¿
    ¹ˋ´ˆ˜¯˘˙¨²˚¸³˝˛ˇ
    —±¼½¾àáâãäåçèéêë
    ìÆíªîïðñŁØŒºòóôõ
    öæùúûıüýłøœßþÿ\u{0}\u{0}
    """.split(separator: "\n").joined().unicodeScalars)
}
