/// What a test asks the probe for, as `--name value`.
struct ProbeOptions {
  private var values: [String: String] = [:]

  init(_ arguments: [String]) {
    var index = 1
    while index + 1 < arguments.count {
      values[String(arguments[index].dropFirst(2))] = arguments[index + 1]
      index += 2
    }
  }

  subscript(name: String) -> String? { values[name] }

  func number(_ name: String) -> Int { values[name].flatMap { Int($0) } ?? 0 }
}
