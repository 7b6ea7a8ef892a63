import NotificationViews

/// The small drawings of a page, as SVG inside it.
enum PageShapes {
  private static func svg(
    _ style: String, _ width: Int, _ height: Int, label: String = "", _ content: String
  ) -> String {
    let reading =
      label.isEmpty ? "aria-hidden=\"true\"" : "role=\"img\" lang=\"en\" aria-label=\"\(label)\""
    return
      "<svg class=\"\(style)\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
      + " \(reading)>\(content)</svg>"
  }

  /// Returns the dot of a step.
  static func dot(_ state: ViewElement.Step.State) -> String {
    let content =
      switch state {
      case .done: "<circle cx=\"7\" cy=\"7\" r=\"5\" class=\"tint\"/>"
      case .current:
        "<circle cx=\"7\" cy=\"7\" r=\"6\" class=\"tint ring\"/><circle cx=\"7\" cy=\"7\" r=\"3\" class=\"tint\"/>"
      case .upcoming: "<circle cx=\"7\" cy=\"7\" r=\"4\" class=\"secondary ring\"/>"
      case .failed:
        "<circle cx=\"7\" cy=\"7\" r=\"7\" class=\"red\"/><path d=\"M4.5 4.5L9.5 9.5M4.5 9.5L9.5 4.5\" class=\"cross\"/>"
      }
    return svg("dot", 14, 14, label: state.rawValue, content)
  }

  /// Returns the pin of a place: its tip is 11 below the middle of its head.
  ///
  /// - Parameter number: nil for a pin without one.
  static func pin(number: Int?) -> String { svg("pin", 16, 20, mark(8, 19.5, number: number)) }

  /// Returns a pin whose tip is at a point, as a part of an SVG.
  static func mark(_ x: Double, _ y: Double, number: Int?) -> String {
    func text(_ value: Double) -> String { NotificationPage.css(value) }
    let radius = number == nil ? 6.5 : 8.0
    let head =
      "<path class=\"red\" d=\"M\(text(x - radius + 0.5)) \(text(y - 9))H\(text(x + radius - 0.5))L\(text(x)) \(text(y))Z\"/>"
      + "<circle class=\"red\" cx=\"\(text(x))\" cy=\"\(text(y - 11))\" r=\"\(text(radius))\"/>"
    guard let number else {
      return head + "<circle class=\"hole\" cx=\"\(text(x))\" cy=\"\(text(y - 11))\" r=\"2.5\"/>"
    }
    return head
      + "<text class=\"hole\" x=\"\(text(x))\" y=\"\(text(y - 7.4))\" text-anchor=\"middle\">\(number)</text>"
  }

  /// Returns the sign of a button that asks for text, or that wants the device unlocked.
  static func sign(of action: NotificationAction) -> String {
    if action.textInput != nil {
      return svg(
        "sign", 20, 18,
        "<rect x=\".5\" y=\".5\" width=\"19\" height=\"13\" rx=\"5\" class=\"line\"/><path d=\"M5 13.5H11L5 18Z\"/>"
      )
    }
    if action.options.contains(.authenticationRequired) {
      return svg(
        "sign", 20, 18,
        "<path d=\"M6 8V5A4 4 0 0 1 14 5V8\" class=\"line\"/><rect x=\"3\" y=\"7.5\" width=\"14\" height=\"10\" rx=\"2\"/>"
      )
    }
    return ""
  }

  /// Returns the round sign of a sound or a film that is played, or that stands still.
  static func play(isPlaying: Bool) -> String {
    let sign =
      isPlaying
      ? "<path d=\"M10 9H13.5V21H10ZM16.5 9H20V21H16.5Z\" class=\"hole\"/>"
      : "<path d=\"M11 8V22L23 15Z\" class=\"hole\"/>"
    return svg("play", 30, 30, "<circle cx=\"15\" cy=\"15\" r=\"15\" class=\"fill\"/>\(sign)")
  }
}
