import Localization
import LosslessJSON
import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let localize = HostFunction(
    "localize",
    summary: "Finds the text of a key in the recipient's language, and fills in its arguments.",
    discussion: """
      The key is looked up in the plugin's own `strings/`, then in the catalogs of the configuration. The languages are \
      those of the request; what none of them has is taken from the language that the catalog was written in. A key that \
      no catalog has is the text itself, and the second result is nil then.

      Behind the key stand the arguments, or one list of them. Instead of all that, one table may say more: `key`, \
      `arguments` (a list), `locale` (a language or a list of them, in place of the request's), `table` (the name of the \
      catalog without its ending; "Localizable" without it), and `isolate` (true puts U+2068 and U+2069 around arguments \
      that are texts, so that one that is written from right to left does not disturb what stands beside it).

      Arguments that are missing leave their specifier in the text, and those that are too many are left out; the outcome \
      says so, and which language and catalog answered.
      """,
    parameters: [
      .init("key", "string|table", "The key, or a table with all there is to say."),
      .init("...", "any", "What fills the specifiers of the text: texts, numbers, or one list of them."),
    ],
    returns: [
      .init("text", "string", "The text, or the key where there is none."),
      .init("language", "string?", "The language that answered, or nil."),
    ],
    examples: [
      .init(#"notilua.localize("No catalog has this: %@", "x")"#, #""No catalog has this: %@""#),
      .init(#"select(2, notilua.localize("NO_SUCH_KEY"))"#, "nil"),
      .init(
        #"notilua.localize{ key = "NO_SUCH_KEY", arguments = { "Ann", 3 }, locale = "de" }"#,
        #""NO_SUCH_KEY""#),
    ]
  ) { call throws(HostFunctionError) in
    let plugin = call.plugin
    plugin.pointee.arguments.removeAll()
    let answer: Localizer.Answer
    let key: UnsafeRawBufferPointer
    if case .json(let json) = try call.value(0) {
      let order = try LocalizationOrder(json, call)
      key = order.key
      answer = call.localize(key, order)
    } else {
      key = try call.bytes(0)
      if call.count == 2, case .json(let json) = try call.value(1) {
        try plugin.pointee.read(json, "notilua.localize")
        let root = plugin.pointee.scratch.pointee.root
        guard plugin.pointee.scratch.pointee.kind(of: root) == .array else {
          throw HostFunctionError("notilua.localize: the arguments are not a list")
        }
        plugin.pointee.arguments.append(root, of: plugin.pointee.scratch.pointee)
      } else {
        for index in 1..<max(1, call.count) { plugin.pointee.arguments.append(try call.value(index)) }
      }
      answer = call.localize(key, LocalizationOrder(key: key))
    }
    call.note(answer, key)
    return .localized(language: answer.language)
  }
}
