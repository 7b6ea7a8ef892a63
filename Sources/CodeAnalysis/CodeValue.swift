import LuaSandbox
import NotificationModel

/// The knowledge of a value in a register without running the code.
enum CodeValue: Equatable {
  case unknown
  /// The table of globals that names without a dot are looked up in.
  case environment
  /// The same table by its name `_G`, which may be asked for any name.
  case globals
  /// Something that the sandbox has, by its name.
  case known(String)
  /// A global that the plugin sets.
  case global(String)
  /// Nil, since there is nothing of this name; the number of the event that says so.
  case missing(String, event: Int)
  case object(PluginObject)
  case property(PluginObject, String)
  /// A function of the plugin's, by its place in the one around it.
  case closure(Int)
  case constant(CompiledFunction.Constant)
  case newTable
  /// The result of a function of the sandbox, by the function's name.
  case result(String)

  /// A Boolean value that indicates whether it counts as true; nil where that is not known.
  var isTrue: Bool? {
    switch self {
    case .environment, .globals, .known, .object, .closure, .newTable: true
    case .missing, .constant(.nil), .constant(.boolean(false)): false
    case .constant: true
    case .unknown, .global, .property, .result: nil
    }
  }

  var text: String? {
    if case .constant(.text(let text)) = self { return text }
    return nil
  }

  var number: Double? {
    switch self {
    case .constant(.integer(let integer)): Double(integer)
    case .constant(.number(let number)): number
    default: nil
    }
  }

  /// A Boolean value that indicates whether it is a text, or nil where there is none.
  var isText: Bool {
    switch self {
    case .constant(.text): true
    case .property(.content, let name): Self.textProperties.contains(name)
    case .property(.request, let name):
      ["identifier", "push_type", "topic", "environment", "locale", "time_zone", "collapse_id"].contains(name)
    case .result(let function):
      function != "string.byte" && function != "string.len" && function != "string.find"
        && function != "string.match" && function.hasPrefix("string.") && !function.hasPrefix("string.gmatch")
        && !function.hasPrefix("string.unpack") && !function.hasPrefix("string.packsize")
        || [
          "tostring", "type", "table.concat", "notilua.text.truncate", "notilua.text.upper",
          "notilua.text.lower", "notilua.text.normalize", "notilua.text.fold", "notilua.time.format",
        ]
        .contains(function)
    default: false
    }
  }

  private static let textProperties: Set<String> = Set(
    ContentProperty.all.filter {
      switch $0.value {
      case .text, .level: true
      default: false
      }
    }.map(\.name.description))
}
