import NotificationModel
import Notilua

extension Outcome {
  /// The lines of Lua that wrote what is at a path of the payload, or of its content: the last three.
  ///
  /// By the last word of the path: a plugin may have come to it in many ways.
  func writers(of path: String) -> [String] {
    guard let last = path.split(separator: "/").last else { return [] }
    let word = String(last).replacing("~1", with: "/").replacing("~0", with: "~")
    let names = Set(
      [word] + ContentProperty.all.filter { Self.places($0).contains(word) }.map { "\($0.name)" })
    return writes.filter { names.contains($0.name) }.suffix(3).map(\.place)
  }

  /// The words of the payload at which a property may be.
  private static func places(_ property: ContentProperty) -> [String] {
    switch property.place {
    case .aps(let key): ["\(key)"]
    // A string alert is its body, and a second text makes it an object.
    case .alert(let key): ["\(key)", "alert"]
    case .alertBody: ["body", "alert"]
    case .payload, .attachments: []
    }
  }
}
