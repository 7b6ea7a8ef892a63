import UnicodeForms
import WorkerProtocol

extension HostFunction {
  /// The most bytes of a text that is normalised or folded: one of U+FDFA becomes eleven times as long.
  private static let unicodeTextLimit = 1 << 20

  static let textNormalize = HostFunction(
    "text.normalize",
    summary: "Writes a text in a normal form of Unicode, so that equal texts have equal bytes.",
    discussion: """
      The same letter may be one code point or several: "é" is U+00E9, and U+0065 with U+0301. `form` is "NFC", which \
      composes, and is the default; "NFD", which takes apart; or "NFKC" and "NFKD", which also replace what only looks \
      another way, such as "ﬁ" and full-width letters. A text has 1 MiB at most.
      """,
    parameters: [
      .init("text", "string", "The text."),
      .init("form", "string?", "\"NFC\", \"NFD\", \"NFKC\" or \"NFKD\"."),
    ],
    returns: [.init("text", "string", "The text in that form.")],
    examples: [
      .init(#"notilua.text.normalize("cafe\u{301}") == "café""#, "true"),
      .init(#"#notilua.text.normalize("é", "NFD")"#, "3"),
      .init(#"notilua.text.normalize("ﬁｌｅ", "NFKC")"#, #""file""#),
    ]
  ) { call throws(HostFunctionError) in
    let text = try unicodeText(call)
    let name = call.has(1) ? try call.text(1) : NormalForm.nfc.rawValue
    guard let form = NormalForm(rawValue: name) else {
      throw HostFunctionError("\(call.name): the form is \"NFC\", \"NFD\", \"NFKC\" or \"NFKD\"")
    }
    return .text(UnicodeText.normalized(text, form))
  }

  static let textFold = HostFunction(
    "text.fold",
    summary: "Folds the case of a text, so that texts that differ in case alone become equal.",
    discussion: """
      This is Unicode's default case folding in full: "ß" becomes "ss", and "Σ", "σ" and "ς" become "σ". It is for \
      comparing, not for showing. Fold both texts, and normalise them where one may be decomposed. A text has 1 MiB at \
      most.
      """,
    parameters: [.init("text", "string", "The text.")],
    returns: [.init("text", "string", "The text without differences of case.")],
    examples: [
      .init(#"notilua.text.fold("CAFÉ") == notilua.text.fold("Café")"#, "true"),
      .init(#"notilua.text.fold("Straße")"#, #""strasse""#),
    ]
  ) { call throws(HostFunctionError) in .text(UnicodeText.folded(try unicodeText(call))) }

  private static func unicodeText(_ call: borrowing HostCall) throws(HostFunctionError) -> String {
    let count = try call.bytes(0).count
    guard count <= unicodeTextLimit else {
      throw HostFunctionError("\(call.name): the text has \(count) bytes; \(unicodeTextLimit) are the most")
    }
    return try call.text(0)
  }
}
