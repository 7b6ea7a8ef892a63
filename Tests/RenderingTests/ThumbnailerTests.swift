import Foundation
import NotificationModel
import Presentation
import Rendering
import Testing

/// Rendering of strangers are decoded in a process that nothing comes out of but pixels.
struct ThumbnailerTests {
  private let thumbnailer = Thumbnailer(
    executable: BuiltProgram.folder.appending(path: "notilua-thumbnailer").path)

  private func thumbnail(
    _ bytes: Data, side: Int = 64, options: String = "{}"
  ) throws -> Thumbnail? {
    try BuiltProgram.withFolder { folder in
      let path = folder.appending(path: "file")
      try bytes.write(to: path)
      let file = try AttachmentFile(
        try #require(
          NotificationModel.Attachment.list(
            json: #"[{"identifier":"f","url":"file://\#(path.path)","options":\#(options)}]"#
          )
          .first),
        folders: [folder.path])
      return thumbnailer.thumbnail(of: file, side: side)
    }
  }

  private func colour(_ thumbnail: Thumbnail, _ x: Int, _ y: Int) -> [UInt8] {
    let at = (y * thumbnail.width + x) * 4
    return Array(thumbnail.straightRGBA[at..<at + 4])
  }

  private static let jpeg = Data(
    base64Encoded:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDg"
      + "sLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
      + "FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xA"
      + "AUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAcJ/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/a"
      + "AAwDAQACEQMRAD8AnRDGqYD/2Q==")
  private static let gif = Data(
    base64Encoded:
      "R0lGODlhBgAEAPAAAP8AAAAAACH5BAAAAAAAIf8LTkVUU0NBUEUyLjADAQAAACwAAAAABgAEAAACBISPqVcAIfkEAA"
      + "AAAAAsAAAAAAYABACAAAD/AAAAAgSEj6lXADs=")

  /// The left half is red, the right one is half as opaque and blue.
  private static func png(_ width: Int, _ height: Int) -> Data {
    var pixels: [UInt8] = []
    for _ in 0..<height {
      for x in 0..<width { pixels += x < width / 2 ? [0, 0, 255, 255] : [128, 0, 0, 128] }
    }
    return Data(PictureFile.png(Thumbnail(width: width, height: height, pixels: pixels)))
  }

  @Test func readsWhatAppleTakes() throws {
    let png = try #require(try thumbnail(Self.png(20, 10)))
    #expect(png.width == 20 && png.height == 10)
    #expect(colour(png, 0, 0) == [255, 0, 0, 255])
    #expect(colour(png, 19, 9) == [0, 0, 255, 128])
    let jpeg = try #require(try thumbnail(Self.jpeg ?? Data()))
    #expect(jpeg.width == 16 && jpeg.height == 8 && colour(jpeg, 3, 3)[0] > 240)
    let gif = try #require(try thumbnail(Self.gif ?? Data()))
    #expect(gif.width == 6 && colour(gif, 0, 0) == [255, 0, 0, 255])
    let second = try #require(try thumbnail(Self.gif ?? Data(), options: #"{"thumbnail_time":1}"#))
    #expect(colour(second, 0, 0) == [0, 0, 255, 255])
  }

  @Test func scalesAndCuts() throws {
    let small = try #require(try thumbnail(Self.png(200, 100), side: 50))
    #expect(small.width == 50 && small.height == 25)
    let part = try #require(
      try thumbnail(
        Self.png(200, 100), side: 50,
        options: #"{"thumbnail_clipping_rect":{"x":0.5,"y":0,"width":0.5,"height":0.5}}"#))
    #expect(part.width == 50 && part.height == 25 && colour(part, 10, 10)[2] == 255)
  }

  @Test func damagedFilesAreNoPicture() throws {
    let png = Self.png(40, 40)
    #expect(try thumbnail(png.prefix(png.count / 2)) == nil)
    var wrong = png
    for at in 40..<60 { wrong[at] ^= 0xFF }
    #expect(try thumbnail(wrong) == nil)
    #expect(
      try thumbnail(Data([0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 9, 0, 9, 3, 0, 0, 0, 0, 0, 0, 0, 0])) == nil)
    #expect(try thumbnail(Data("GIF89a".utf8 + [9, 0, 9, 0, 0xF7, 0, 0])) == nil)
  }

  @Test func aProgramThatIsNotThereIsNoPicture() throws {
    try BuiltProgram.withFolder { folder in
      let path = folder.appending(path: "file")
      try Self.png(4, 4).write(to: path)
      let file = try AttachmentFile(
        NotificationModel.Attachment(identifier: "f", url: "file://" + path.path), folders: [folder.path])
      #expect(Thumbnailer(executable: "/nowhere").thumbnail(of: file, side: 10) == nil)
    }
  }
}
