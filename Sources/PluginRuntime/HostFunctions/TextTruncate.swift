import WorkerProtocol

extension HostFunction {
  static let textTruncate = HostFunction(
    "text.truncate",
    summary: "Cuts text to a number of characters or bytes, on a character's border.",
    discussion: """
      A character is what a person takes for one: an emoji with its modifiers, a letter with its accents \
      (Unicode's extended grapheme cluster). Where something is cut, `ending` takes its place and counts. \
      `unit` is "characters", the default, or "bytes" of UTF-8.
      """,
    parameters: [
      .init("text", "string", "The text."), .init("limit", "integer", "The most that is left."),
      .init("ending", "string?", "What stands for the rest; \"…\" without it."),
      .init("unit", "string?", "\"characters\" or \"bytes\"."),
    ],
    returns: [.init("text", "string", "The text, or its beginning and the ending.")],
    examples: [
      .init(#"notilua.text.truncate("Dear friends", 6)"#, #""Dear …""#),
      .init(#"notilua.text.truncate("👨‍👩‍👧 family", 2, "")"#, #""👨‍👩‍👧 ""#),
      .init(#"notilua.text.truncate("Größe", 5, "…", "bytes")"#, #""Gr…""#),
      .init(#"notilua.text.truncate("short", 10)"#, #""short""#),
    ]
  ) { call throws(HostFunctionError) in
    let text = try call.text(0)
    let limit = try call.integer(1)
    let ending = call.has(2) ? try call.text(2) : "…"
    let unit = call.has(3) ? try call.text(3) : "characters"
    guard limit >= 0 else { throw HostFunctionError("notilua.text.truncate: the limit is below 0") }
    switch unit {
    case "characters": return .text(cut(text, to: limit, ending, ending.count) { _ in 1 })
    case "bytes": return .text(cut(text, to: limit, ending, ending.utf8.count) { $0.utf8.count })
    default: throw HostFunctionError("notilua.text.truncate: the unit is \"characters\" or \"bytes\"")
    }
  }

  private static func cut(
    _ text: String, to limit: Int, _ ending: String, _ endingSize: Int, size: (Character) -> Int
  ) -> String {
    var used = 0
    var end = text.startIndex
    // Where the text would end if the ending must follow.
    var endBeforeEnding = text.startIndex
    while end < text.endIndex {
      used += size(text[end])
      if used > limit { break }
      text.formIndex(after: &end)
      if used <= limit - endingSize { endBeforeEnding = end }
    }
    if used <= limit { return text }
    return endingSize <= limit ? String(text[..<endBeforeEnding]) + ending : String(text[..<end])
  }
}
