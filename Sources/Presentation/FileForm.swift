/// The form of a file, told by its first bytes alone, since a name may lie.
struct FileForm {
  let kind: AttachmentFile.Kind
  /// A uniform type identifier.
  let type: String
  /// Pixels, of an image that stands upright; 0 where they cannot be found.
  private(set) var width = 0
  private(set) var height = 0
  private(set) var orientation = PictureOrientation.up

  init?(_ bytes: [UInt8]) {
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
      let count = text.utf8CodeUnitCount
      guard bytes.count >= offset + count else { return false }
      return (0..<count).allSatisfy { bytes[offset + $0] == text.utf8Start[$0] }
    }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self.init(.image, "public.png")
      // The first chunk has the size (PNG, third edition, §11.2.1).
      if has("IHDR", at: 12) { (width, height) = (Self.big32(bytes, 16), Self.big32(bytes, 20)) }
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self.init(.image, "public.jpeg")
      let header = JPEGHeader(bytes)
      orientation = header.orientation
      (width, height) =
        orientation.isTurned ? (header.height, header.width) : (header.width, header.height)
    } else if has("GIF87a") || has("GIF89a"), bytes.count >= 10 {
      self.init(.image, "com.compuserve.gif")
      (width, height) = (Int(bytes[6]) | Int(bytes[7]) << 8, Int(bytes[8]) | Int(bytes[9]) << 8)
    } else if has("FORM"), has("AIFF", at: 8) || has("AIFC", at: 8) {
      self.init(.audio, "public.aiff-audio")
    } else if has("RIFF"), has("WAVE", at: 8) {
      self.init(.audio, "com.microsoft.waveform-audio")
    } else if has("RIFF"), has("AVI ", at: 8) {
      self.init(.movie, "public.avi")
    } else if has("ID3") || bytes.count > 1 && bytes[0] == 0xFF && bytes[1] & 0xE6 == 0xE2 {
      self.init(.audio, "public.mp3")
    } else if has("ftypM4A", at: 4) || has("ftypM4B", at: 4) {
      self.init(.audio, "public.mpeg-4-audio")
    } else if has("ftyp", at: 4) {
      // HEIF has the same box, and is none of Apple's types.
      if has("heic", at: 8) || has("mif1", at: 8) || has("avif", at: 8) { return nil }
      self.init(.movie, "public.mpeg-4")
    } else if bytes.starts(with: [0, 0, 1, 0xBA]) {
      self.init(.movie, bytes.count > 4 && bytes[4] & 0xC0 == 0x40 ? "public.mpeg-2-video" : "public.mpeg")
    } else {
      return nil
    }
  }

  private init(_ kind: AttachmentFile.Kind, _ type: String) {
    self.kind = kind
    self.type = type
  }

  private static func big32(_ bytes: [UInt8], _ at: Int) -> Int {
    guard bytes.count >= at + 4 else { return 0 }
    return bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
