import LosslessJSON

extension JSONKind {
  /// The type as Lua's authors know it, with its article.
  var luaName: String {
    switch self {
    case .string: "a string"
    case .number: "a number"
    case .true, .false: "a boolean"
    case .array: "a list"
    case .object: "a table with keys"
    case .null, .link: "null"
    }
  }
}
