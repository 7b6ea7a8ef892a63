import DeliveryTesting
import Foundation
import NotificationModel
import NotificationViews
import Presentation
import Rendering
import Testing

/// Elements of a view, by the pixels that they leave.
struct FlowTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private static let red = Thumbnail(
    width: 100, height: 50, pixels: (0..<5000).flatMap { _ in [0, 0, 255, 255] as [UInt8] })

  /// A notification with one element and an attachment `p` of 100 by 50 red pixels, drawn with a pixel for each point.
  private func drawn(
    _ elements: [ViewElement], language: String = "", appearance: Appearance = .light,
    change: (inout NotificationPresentation) -> Void = { _ in }
  ) throws -> (pixels: Thumbnail, picture: NotificationPicture) {
    try BuiltProgram.withFolder { folder in
      let path = folder.appending(path: "photo")
      try Data(PictureFile.png(Self.red)).write(to: path)
      var shown = NotificationPresentation(
        try #require(NotificationSample.read(#"{"aps":{"alert":"B"}}"#)), rules: .init(), texts: NoTexts())
      shown.attachments = [
        try AttachmentFile(.init(identifier: "p", url: "file://" + path.path), folders: [folder.path])
      ]
      var view = NotificationView()
      for element in elements { try view.append(element) }
      change(&shown)
      shown.extend(
        .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: false)
      var options = PictureOptions()
      options.scale = 1
      options.language = language
      options.appearance = appearance
      let picture = NotificationPicture(shown, options) { _, _ in Self.red }
      let file = folder.appending(path: "drawn")
      try Data(PictureFile.bytes([picture], .png)).write(to: file)
      let thumbnailer = Thumbnailer(
        executable: BuiltProgram.folder.appending(path: "notilua-thumbnailer").path)
      let made = try AttachmentFile(
        .init(identifier: "d", url: "file://" + file.path), folders: [folder.path])
      return (try #require(thumbnailer.thumbnail(of: made, side: 20_000)), picture)
    }
  }

  /// Returns the smallest rectangle with all pixels of a colour.
  private func area(_ pixels: Thumbnail, _ colour: Colour = Colour(0xFF0000)) -> [Int] {
    let wanted = [colour.blue, colour.green, colour.red].map { Int(($0 * 255).rounded()) }
    var (left, top, right, bottom) = (Int.max, Int.max, -1, -1)
    for at in 0..<pixels.width * pixels.height
    where (0..<3).allSatisfy({ abs(Int(pixels.pixels[at * 4 + $0]) - wanted[$0]) <= 2 }) {
      let (x, y) = (at % pixels.width, at / pixels.width)
      (left, top, right, bottom) = (min(left, x), min(top, y), max(right, x), max(bottom, y))
    }
    return right < 0 ? [] : [left, top, right + 1 - left, bottom + 1 - top]
  }

  /// The card's contents begin at 34 and are 342 wide; the first element is at 70.
  @Test(
    arguments: [
      (ViewElement.Picture(attachment: "p"), [155, 70, 100, 50]),
      (.init(attachment: "p", alignment: .start), [34, 70, 100, 50]),
      (.init(attachment: "p", alignment: .end), [276, 70, 100, 50]),
      (.init(attachment: "p", size: 40), [185, 70, 40, 20]),
      (.init(attachment: "p", size: 400), [155, 70, 100, 50]),
      (.init(attachment: "p", fit: .fill), [34, 70, 342, 160]),
      (.init(attachment: "p", fit: .fill, size: 60), [34, 70, 342, 60]),
      (.init(attachment: "p", fit: .avatar), [34, 70, 44, 44]),
      (.init(attachment: "p", fit: .icon, size: 80, alignment: .center), [165, 70, 80, 80]),
    ] as [(ViewElement.Picture, [Int])])
  func aPictureStandsWhereItShould(_ picture: ViewElement.Picture, _ area: [Int]) throws {
    let found = self.area(try drawn([.image(picture)]).pixels)
    #expect(zip(found, area).allSatisfy { abs($0 - $1) <= 2 } && found.count == 4, "\(found)")
    // From the right, sides are exchanged.
    let mirrored = self.area(try drawn([.image(picture)], language: "ar").pixels)
    let left = 410 - area[0] - area[2]
    #expect(abs(mirrored[0] - left) <= 2 && abs(mirrored[2] - area[2]) <= 2, "\(mirrored)")
  }

  @Test func anAvatarIsACircle() throws {
    let pixels = try drawn([.image(.init(attachment: "p", fit: .avatar))]).pixels
    func colour(_ x: Int, _ y: Int) -> [UInt8] {
      Array(pixels.pixels[(y * pixels.width + x) * 4..<(y * pixels.width + x) * 4 + 3])
    }
    #expect(
      colour(56, 92) == [0, 0, 255] && colour(36, 72) != [0, 0, 255] && colour(76, 112) != [0, 0, 255])
  }

  @Test func columnsHaveTheirShares() throws {
    let photo = ViewElement.Column.Cell.image(.init(attachment: "p", fit: .fill, size: 40))
    // 342 less a gap of 12: 330, two thirds and one third.
    let first = try drawn([.columns([.init([photo], width: 2), .init([])])])
    #expect(area(first.pixels) == [34, 70, 220, 40])
    let second = try drawn([.columns([.init([], width: 2), .init([photo])])])
    #expect(area(second.pixels) == [266, 70, 110, 40])
    #expect(
      area(try drawn([.columns([.init([photo], width: 2), .init([])])], language: "he").pixels)[0] == 156)
    // Nothing to show takes no room.
    let none = ViewElement.Column.Cell.image(.init(attachment: "none"))
    #expect(
      try drawn([.columns([.init([none]), .init([none])])]).picture.height == drawn([]).picture.height)
  }

  @Test func peopleHaveFaces() throws {
    func message(_ sender: String, avatar: String = "", image: String = "") -> ViewElement.Message {
      .init(
        sender: sender, text: image.isEmpty ? "t" : "", time: "", isOwn: sender.isEmpty, avatar: avatar,
        image: image)
    }
    let face = area(
      try drawn([.conversation([message("a", avatar: "p"), message("a", avatar: "p")])]).pixels)
    // One circle, at the end of what was said.
    #expect(abs(face[0] - 34) <= 2 && abs(face[2] - 28) <= 2 && abs(face[3] - 28) <= 2, "\(face)")
    let photo = area(try drawn([.conversation([message("a", image: "p")])]).pixels)
    #expect(photo[0] == 34 && photo[2] == 100 && abs(photo[3] - 50) <= 1, "\(photo)")
    let own = area(try drawn([.conversation([message("", image: "p")])]).pixels)
    #expect(own[0] == 276 && own[2] == 100, "\(own)")
    #expect(area(try drawn([.conversation([message("a", avatar: "none", image: "none")])]).pixels).isEmpty)
  }

  @Test func anAppHasItsIconAndItsColour() throws {
    let progress = [ViewElement.progress(value: 1, label: "")]
    let accent = AccentColour(0x0B7A3B, .light)
    let bar = area(try drawn(progress) { $0.accent = 0x0B7A3B }.pixels, accent.tint)
    #expect(zip(bar, [34, 70, 342, 8]).allSatisfy { abs($0 - $1) <= 2 }, "\(bar)")
    // The header's icon.
    #expect(area(try drawn(progress) { $0.icon = $0.attachments[0] }.pixels) == [34, 34, 22, 22])
  }

  @Test func urgencyIsSaid() throws {
    let plain = try drawn([])
    #expect(try drawn([]) { $0.levelText = "Time Sensitive" }.picture.height > plain.picture.height + 10)
  }

  @Test(arguments: ["", "ar"]) func hostileElementsArePicturesLikeOthers(_ language: String) throws {
    let long = String(repeating: "x", count: 4096)
    let turned = String(repeating: "\u{5D0}a1\u{661}", count: 512)
    for text in [long, turned] {
      let columns = (0..<4).map { _ in
        ViewElement.Column(
          (0..<8).map { _ in .text([.init(String(text.prefix(400)))], .title) }, alignment: .end, width: 10)
      }
      let place = ViewElement.Place(name: text, detail: text, latitude: 90, longitude: -180)
      let elements: [ViewElement] = [
        .text([.init(text)], .title, .center), .columns(columns), .countdown(.init(end: 0, label: text)),
        .map(.init(places: Array(repeating: place, count: 2))),
        .map(
          .init(
            places: (0..<64).map { _ in .init(name: "n", detail: "", latitude: 0, longitude: 0) },
            route: (0..<512).map {
              .init(latitude: Double($0 % 181) - 90, longitude: Double($0 % 361) - 180)
            },
            circle: .init(center: .init(latitude: -90, longitude: 180), radius: 20_037_508))),
        .conversation([.init(sender: text, text: text, time: text, isOwn: false, avatar: "p", image: "p")]),
        .timeline([.init(title: text, detail: text, time: text, state: .failed)]),
      ]
      for element in elements {
        let made = try drawn([element], language: language)
        #expect(made.pixels.width == 410 && made.picture.height < 4000 && made.picture.missingGlyphs == 0)
      }
    }
  }
}
