extension ContentProperty {
  /// Returns the property that has a name in Lua or as a key of the payload, in any spelling:
  /// `thread_identifier`, `thread-id`, `threadId`.
  package static func known(as name: String) -> ContentProperty? {
    let word = Suggestion.snakeCase(name)
    return all.first { "\($0.name)" == word } ?? all.first { $0.key.map { Suggestion.snakeCase($0) } == word }
  }

  /// The last key of its place in the payload.
  private var key: String? {
    switch place {
    case .aps(let key), .alert(let key): "\(key)"
    case .alertBody: "body"
    case .payload, .attachments: nil
    }
  }

  /// The pointer to its place in the payload.
  package var pointer: String? {
    switch place {
    case .aps(let key): "/aps/\(key)"
    case .alert(let key): "/aps/alert/\(key)"
    case .alertBody: "/aps/alert/body"
    case .payload, .attachments: nil
    }
  }
}
