import LosslessJSON

/// The readers of pictures, columns, maps and wishes for the desktop.
extension ViewReader {
  /// Returns one of a few words; nil where there is none.
  private func word<Word: RawRepresentable<String> & CaseIterable>(
    _ node: NodeID, _ key: String, _ place: String, _ type: Word.Type
  ) throws(Problem) -> Word? {
    let word = try text(node, key, place)
    if word.isEmpty { return nil }
    guard let known = Word(rawValue: word) else {
      let words = Word.allCases.map(\.rawValue)
      throw Problem(
        "\(place).\(key) is '\(word.prefix(100))'; use \(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])"
      )
    }
    return known
  }

  /// Returns the identifier of an attachment; nil where there is none.
  func attachment(_ node: NodeID, _ key: String, _ place: String) throws(Problem) -> String? {
    guard let value = document.member(node, named: key) else { return nil }
    guard document.kind(of: value) == .string else {
      throw Problem("\(place).\(key): expected the identifier of an attachment")
    }
    let identifier = document.swiftString(of: value)
    guard NotificationView.attachmentIdentifiers.contains(identifier.utf8.count) else {
      throw Problem("\(place).\(key): an identifier has 1 to 256 bytes")
    }
    return identifier
  }

  /// Returns the alignment of an element; nil where there is none.
  package func alignment(_ node: NodeID, _ place: String) throws(Problem) -> ViewElement.Alignment? {
    try word(node, "alignment", place, ViewElement.Alignment.self)
  }

  /// Returns a picture with the form that a table gives: `fit`, `size`, `alignment`.
  package func picture(
    _ node: NodeID, attachment: String, caption: String, _ place: String
  ) throws(Problem) -> ViewElement.Picture {
    .init(
      attachment: attachment, caption: caption,
      fit: try word(node, "fit", place, ViewElement.Picture.Fit.self) ?? .fit,
      size: try number(node, "size", place, ViewElement.Picture.sizes), alignment: try alignment(node, place))
  }

  /// Returns a picture with a table that has nothing but its form.
  package func pictureForm(
    _ node: NodeID, attachment: String, caption: String, _ place: String
  ) throws(Problem) -> ViewElement.Picture {
    if isEmptyList(node) { return .init(attachment: attachment, caption: caption) }
    try check(node, place, ["fit", "size", "alignment"])
    return try picture(node, attachment: attachment, caption: caption, place)
  }

  /// Lua's empty table is an empty list as well.
  private func isEmptyList(_ node: NodeID) -> Bool {
    document.kind(of: node) == .array && document.elements(of: node).isEmpty
  }

  // MARK: Columns

  /// Tables with `cells`, `alignment`, `width`.
  package func columns(_ node: NodeID, _ place: String) throws(Problem) -> [ViewElement.Column] {
    var columns: [ViewElement.Column] = []
    for (index, entry) in try entries(node, place, limit: ViewElement.Column.limit).enumerated() {
      let place = "\(place)[\(index + 1)]"
      try check(entry, place, ["cells", "alignment", "width"])
      guard let list = document.member(entry, named: "cells") else { throw Problem("\(place) has no cells") }
      var column = ViewElement.Column([], alignment: try alignment(entry, place) ?? .start)
      let widths = ViewElement.Column.widths
      if let width = try number(
        entry, "width", place, Double(widths.lowerBound)...Double(widths.upperBound))
      {
        guard let whole = Int(exactly: width) else {
          throw Problem(
            "\(place).width: expected a whole number of \(widths.lowerBound) to \(widths.upperBound)")
        }
        column.width = whole
      }
      let cells = try entries(list, place + ".cells", limit: ViewElement.Column.cellLimit)
      for (index, cell) in cells.enumerated() {
        column.cells.append(try self.cell(cell, "\(place).cells[\(index + 1)]"))
      }
      columns.append(column)
    }
    return columns
  }

  /// A text, or a table with `text` and `style`, or with `image`, `caption`, `fit`, `size`.
  private func cell(_ node: NodeID, _ place: String) throws(Problem) -> ViewElement.Column.Cell {
    guard document.kind(of: node) == .object else {
      return .text([.init(try plainText(node, place))], .body)
    }
    if let attachment = try attachment(node, "image", place) {
      try check(node, place, ["image", "caption", "fit", "size"])
      return .image(
        try picture(node, attachment: attachment, caption: try text(node, "caption", place), place))
    }
    try check(node, place, ["text", "style", "image", "caption", "fit", "size"])
    guard let text = document.member(node, named: "text") else {
      throw Problem("\(place) has no text and no image")
    }
    let style = try word(node, "style", place, ViewElement.TextStyle.self) ?? .body
    guard document.kind(of: text) == .array else {
      return .text([.init(try plainText(text, place + ".text"))], style)
    }
    return .text(try runs(text, place + ".text"), style)
  }

  // MARK: Maps

  /// A table with `places`, `route`, `circle`, at least one of them.
  ///
  /// - Parameter known: the keys that it may have besides.
  package func map(
    _ node: NodeID, _ place: String, besides known: [String] = []
  ) throws(Problem) -> ViewElement.Map {
    var map = ViewElement.Map()
    if !isEmptyList(node) { try check(node, place, ["places", "route", "circle"] + known) }
    if let places = document.member(node, named: "places") {
      map.places = try self.places(places, place + ".places")
      for (index, entry) in map.places.enumerated() where entry.coordinate == nil {
        throw Problem("\(place).places[\(index + 1)] has no latitude and longitude, so it is on no map")
      }
    }
    if let route = document.member(node, named: "route") {
      let place = place + ".route"
      for (index, point) in try entries(route, place, limit: NotificationView.routeLimit).enumerated() {
        map.route.append(try coordinate(point, "\(place)[\(index + 1)]"))
      }
      if map.route.count == 1 { throw Problem("\(place) has one point; a line has two or more") }
    }
    if let circle = document.member(node, named: "circle") {
      let place = place + ".circle"
      try check(circle, place, ["latitude", "longitude", "radius"])
      let center = try coordinate(circle, place)
      guard let radius = try number(circle, "radius", place, ViewElement.Map.Circle.radii) else {
        throw Problem("\(place) has no radius; give it in metres")
      }
      map.circle = .init(center: center, radius: radius)
    }
    if map == ViewElement.Map() {
      throw Problem("\(place): nothing to draw; give places, a route or a circle")
    }
    return map
  }

  /// A pair of latitude and longitude, or a table with both.
  private func coordinate(_ node: NodeID, _ place: String) throws(Problem) -> ViewElement.Coordinate {
    guard document.kind(of: node) == .array else {
      guard document.kind(of: node) == .object,
        let latitude = try number(node, "latitude", place, ViewElement.Coordinate.latitudes),
        let longitude = try number(node, "longitude", place, ViewElement.Coordinate.longitudes)
      else { throw Problem("\(place): expected latitude and longitude, such as { 52.52, 13.405 }") }
      return .init(latitude: latitude, longitude: longitude)
    }
    let pair = document.elements(of: node)
    guard pair.count == 2, pair.allSatisfy({ document.kind(of: $0) == .number }),
      ViewElement.Coordinate.latitudes.contains(document.double(of: pair[0])),
      ViewElement.Coordinate.longitudes.contains(document.double(of: pair[1]))
    else {
      throw Problem(
        "\(place): expected latitude (-90 to 90) and longitude (-180 to 180), such as { 52.52, 13.405 }")
    }
    return .init(latitude: document.double(of: pair[0]), longitude: document.double(of: pair[1]))
  }

  // MARK: Desktops

  /// A table with `transient`, `expires_after`, `tag`.
  package func desktop(_ node: NodeID, _ place: String) throws(Problem) -> DesktopWish {
    if isEmptyList(node) { return DesktopWish() }
    try check(node, place, ["transient", "expires_after", "tag"])
    let tag = try text(node, "tag", place)
    guard tag.utf8.count <= NotificationView.identifierLimit else {
      throw Problem(
        "\(place).tag has \(tag.utf8.count) bytes; \(NotificationView.identifierLimit) are the most")
    }
    return DesktopWish(
      isTransient: document.member(node, named: "transient") == nil
        ? nil : try flag(node, "transient", place),
      expiresAfter: try number(node, "expires_after", place, DesktopWish.expiries), tag: tag)
  }
}
