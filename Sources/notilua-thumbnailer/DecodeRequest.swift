import CImageFormats
import Glibc

/// A request for a picture of a file: its frame, its part and its size.
struct DecodeRequest {
  /// A uniform type identifier.
  var type: String
  /// The number of an animation's frame.
  var frame: Int
  /// The most pixels of the longer side.
  var side: Int32
  /// In parts of the upright picture's width and height, from the upper left.
  var part = (x: 0.0, y: 0.0, width: 1.0, height: 1.0)
  /// 1 to 8, as Exif counts; anything else leaves a picture as it is stored.
  var orientation = 1

  /// Width and height as 32 bits each, then rows of premultiplied BGRA; nil where the file is damaged.
  func decode(_ file: [UInt8]) -> [UInt8]? {
    let surface: OpaquePointer?
    switch type {
    case "public.png": surface = Self.png(file)
    case "public.jpeg": surface = jpeg(file)
    case "com.compuserve.gif": surface = gif(file)
    default: surface = nil
    }
    guard let surface else { return nil }
    return scaled(surface)
  }

  // MARK: Formats

  private static func png(_ file: [UInt8]) -> OpaquePointer? {
    struct Reader {
      let bytes: UnsafeRawBufferPointer
      var at = 0
    }
    return file.withUnsafeBytes { bytes in
      var reader = Reader(bytes: bytes)
      let surface = withUnsafeMutablePointer(to: &reader) { reader in
        cairo_image_surface_create_from_png_stream(
          { reader, data, count in
            guard let reader = reader?.assumingMemoryBound(to: Reader.self), let data,
              reader.pointee.bytes.count - reader.pointee.at >= Int(count)
            else { return CAIRO_STATUS_READ_ERROR }
            let start = reader.pointee.at
            memcpy(data, reader.pointee.bytes.baseAddress.unsafelyUnwrapped + start, Int(count))
            reader.pointee.at += Int(count)
            return CAIRO_STATUS_SUCCESS
          }, reader)
      }
      return cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS ? surface : nil
    }
  }

  private func jpeg(_ file: [UInt8]) -> OpaquePointer? {
    guard let decoder = tjInitDecompress() else { return nil }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    guard
      tjDecompressHeader3(decoder, file, UInt(file.count), &width, &height, &subsampling, &colours) == 0,
      width > 0, height > 0
    else { return nil }
    // Decoded no larger than it is needed, where the format allows for that: halves, quarters, eighths.
    var divisor: Int32 = 1
    let shown = min(self.part.width, self.part.height)
    while divisor < 8, Double(min(width, height) / (divisor * 2)) * shown > Double(side) { divisor *= 2 }
    let (scaledWidth, scaledHeight) = ((width + divisor - 1) / divisor, (height + divisor - 1) / divisor)
    guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, scaledWidth, scaledHeight),
      let pixels = cairo_image_surface_get_data(surface)
    else { return nil }
    let stride = cairo_image_surface_get_stride(surface)
    if [Int32(TJCS_CMYK.rawValue), Int32(TJCS_YCCK.rawValue)].contains(colours) {
      guard Self.decodeCMYK(decoder, file, scaledWidth, scaledHeight, into: pixels, stride: Int(stride))
      else {
        return nil
      }
      cairo_surface_mark_dirty(surface)
      return surface
    }
    // What can be read of a file that ends early is a picture, too.
    let result = tjDecompress2(
      decoder, file, UInt(file.count), pixels, scaledWidth, stride, scaledHeight, Int32(TJPF_BGRX.rawValue), 0
    )
    guard result == 0 || tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue) else { return nil }
    cairo_surface_mark_dirty(surface)
    return surface
  }

  /// Decodes a picture of four inks (ITU-T T.81 with Adobe's marker).
  ///
  /// The numbers are those of Adobe's programs, by which 255 is no ink: nobody else writes such files.
  private static func decodeCMYK(
    _ decoder: tjhandle, _ file: [UInt8], _ width: Int32, _ height: Int32,
    into pixels: UnsafeMutablePointer<UInt8>, stride: Int
  ) -> Bool {
    var inks = [UInt8](repeating: 0, count: Int(width) * Int(height) * 4)
    let result = tjDecompress2(
      decoder, file, UInt(file.count), &inks, width, 0, height, Int32(TJPF_CMYK.rawValue), 0)
    guard result == 0 || tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue) else { return false }
    for row in 0..<Int(height) {
      for column in 0..<Int(width) {
        let ink = (row * Int(width) + column) * 4
        let pixel = pixels + row * stride + column * 4
        let light = Int(inks[ink + 3])
        for colour in 0..<3 { pixel[2 - colour] = UInt8(Int(inks[ink + colour]) * light / 255) }
      }
    }
    return true
  }

  /// The most pixels of a frame, and of all frames together.
  private static let framePixels = 33_177_600
  private static let allPixels = 4 * framePixels

  /// Returns whether the frames of a GIF stay within the size limit, by their headers (GIF89a §18 to §20).
  private static func isModest(_ file: [UInt8]) -> Bool {
    var at = 13
    var pixels = 0
    func skipTable(_ flags: UInt8) { if flags & 0x80 != 0 { at += 3 << (Int(flags & 7) + 1) } }
    func skipBlocks() {
      while at < file.count, file[at] != 0 { at += 1 + Int(file[at]) }
      at += 1
    }
    guard file.count > 13 else { return false }
    skipTable(file[10])
    while at < file.count {
      switch file[at] {
      case 0x21:
        at += 2
        skipBlocks()
      case 0x2C where at + 9 < file.count:
        let width = Int(file[at + 5]) | Int(file[at + 6]) << 8
        let height = Int(file[at + 7]) | Int(file[at + 8]) << 8
        pixels += width * height
        guard width * height <= framePixels, pixels <= allPixels else { return false }
        let flags = file[at + 9]
        at += 10
        skipTable(flags)
        at += 1
        skipBlocks()
      default: return true
      }
    }
    return true
  }

  private func gif(_ file: [UInt8]) -> OpaquePointer? {
    guard Self.isModest(file) else { return nil }
    final class Reader {
      let bytes: [UInt8]
      var at = 0
      init(_ bytes: [UInt8]) { self.bytes = bytes }
    }
    let reader = Reader(file)
    var code: Int32 = 0
    let read: InputFunc = { gif, data, count in
      guard let gif, let data, let given = gif.pointee.UserData else { return 0 }
      let reader = Unmanaged<Reader>.fromOpaque(given).takeUnretainedValue()
      let taken = min(Int(count), reader.bytes.count - reader.at)
      reader.bytes.withUnsafeBytes { _ = memcpy(data, $0.baseAddress.unsafelyUnwrapped + reader.at, taken) }
      reader.at += taken
      return Int32(taken)
    }
    guard let gif = DGifOpen(Unmanaged.passUnretained(reader).toOpaque(), read, &code) else { return nil }
    defer { DGifCloseFile(gif, &code) }
    // A file that ends early has the frames before that.
    _ = DGifSlurp(gif)
    let (width, height) = (gif.pointee.SWidth, gif.pointee.SHeight)
    guard gif.pointee.ImageCount > 0, width > 0, height > 0, let frames = gif.pointee.SavedImages,
      let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height),
      let pixels = cairo_image_surface_get_data(surface)
    else { return nil }
    let stride = Int(cairo_image_surface_get_stride(surface))
    for number in 0...min(max(frame, 0), Int(gif.pointee.ImageCount) - 1) {
      var control = GraphicsControlBlock()
      let hasControl = DGifSavedExtensionToGCB(gif, Int32(number), &control) == GIF_OK
      let image = frames[number]
      guard let map = image.ImageDesc.ColorMap ?? gif.pointee.SColorMap, let raster = image.RasterBits else {
        continue
      }
      let area = image.ImageDesc
      for row in 0..<Int(area.Height) {
        for column in 0..<Int(area.Width) {
          let (x, y) = (Int(area.Left) + column, Int(area.Top) + row)
          let index = Int(raster[row * Int(area.Width) + column])
          guard x >= 0, y >= 0, x < Int(width), y < Int(height), index < Int(map.pointee.ColorCount),
            !hasControl || Int32(index) != control.TransparentColor
          else { continue }
          let colour = map.pointee.Colors[index]
          let at = pixels + y * stride + x * 4
          (at[0], at[1], at[2], at[3]) = (colour.Blue, colour.Green, colour.Red, 255)
        }
      }
    }
    cairo_surface_mark_dirty(surface)
    return surface
  }

  // MARK: Scaling

  /// Returns what turns a picture of a size upright (Exif §4.6.4, tag 0x0112: which sides the first row and column are).
  private func upright(_ width: Double, _ height: Double) -> cairo_matrix_t {
    let (xx, yx, xy, yy, x, y): (Double, Double, Double, Double, Double, Double) =
      switch orientation {
      case 2: (-1, 0, 0, 1, width, 0)
      case 3: (-1, 0, 0, -1, width, height)
      case 4: (1, 0, 0, -1, 0, height)
      case 5: (0, 1, 1, 0, 0, 0)
      case 6: (0, 1, -1, 0, height, 0)
      case 7: (0, -1, -1, 0, height, width)
      case 8: (0, -1, 1, 0, 0, width)
      default: (1, 0, 0, 1, 0, 0)
      }
    return cairo_matrix_t(xx: xx, yx: yx, xy: xy, yy: yy, x0: x, y0: y)
  }

  private func scaled(_ surface: OpaquePointer) -> [UInt8]? {
    let stored = (
      width: Double(cairo_image_surface_get_width(surface)),
      height: Double(cairo_image_surface_get_height(surface))
    )
    let isTurned = (5...8).contains(orientation)
    let (width, height) = isTurned ? (stored.height, stored.width) : stored
    let (partWidth, partHeight) = (max(width * part.width, 1), max(height * part.height, 1))
    let scale = min(1, Double(side) / max(partWidth, partHeight))
    let (newWidth, newHeight) = (
      Int32(max(1, (partWidth * scale).rounded())), Int32(max(1, (partHeight * scale).rounded()))
    )
    guard let target = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, newWidth, newHeight),
      let context = cairo_create(target)
    else { return nil }
    cairo_scale(context, Double(newWidth) / partWidth, Double(newHeight) / partHeight)
    cairo_translate(context, -part.x * width, -part.y * height)
    var turn = upright(stored.width, stored.height)
    cairo_transform(context, &turn)
    cairo_set_source_surface(context, surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_GOOD)
    cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
    cairo_paint(context)
    cairo_surface_flush(target)
    guard cairo_status(context) == CAIRO_STATUS_SUCCESS, let pixels = cairo_image_surface_get_data(target)
    else {
      return nil
    }
    let stride = Int(cairo_image_surface_get_stride(target))
    var bytes: [UInt8] = []
    for number in [UInt32(newWidth), UInt32(newHeight)] {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    for row in 0..<Int(newHeight) {
      bytes.append(contentsOf: UnsafeBufferPointer(start: pixels + row * stride, count: Int(newWidth) * 4))
    }
    return bytes
  }
}

/// Returns all of the standard input; nil where it has more than a picture may have.
func readAll() -> [UInt8]? {
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(0, &part, part.count)
    if count == 0 { return bytes }
    guard count > 0, bytes.count + count <= 16 << 20 else { return nil }
    bytes.append(contentsOf: part[..<count])
  }
}

func writeAll(_ bytes: [UInt8]) {
  var at = 0
  while at < bytes.count {
    let count = bytes[at...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    guard count > 0 else { _exit(1) }
    at += count
  }
}
