import Localization

/// The name of a folder `NAME.lproj`, read as the language that it stands for.
package enum LprojName: Hashable {
  /// `Base`: the texts of the language that the app was written in.
  case base
  /// A tag of BCP 47, such as `zh-Hant`.
  case language(String)

  /// Reads a folder's name without its ending; nil where it names no language.
  ///
  /// Apps have tags, locales of POSIX (`zh_TW`, `sr@latin`), and names from before there were codes (`German`).
  package init?(_ name: String) {
    if name == "Base" {
      self = .base
    } else if let tag = Self.languages[name] ?? Self.tag(name) {
      self = .language(tag)
    } else {
      return nil
    }
  }

  /// Returns a tag, or a locale of POSIX, as a tag of BCP 47; nil where it is neither.
  package static func tag(_ name: String) -> String? {
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    // What stands behind a dot is an encoding: de_DE.UTF-8.
    let locale = parts[0].prefix { $0 != "." }
    var subtags: [String] = []
    for subtag in locale.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "-" || $0 == "_" }) {
      // Behind a single letter stand extensions, which are in small letters.
      subtags.append(
        subtags.isEmpty || subtags.contains { $0.utf8.count == 1 } ? subtag.lowercased() : cased(subtag))
    }
    // No language has a code of more than three letters: such a folder is for something else.
    guard subtags[0].utf8.count <= 3 else { return nil }
    if parts.count > 1 {
      guard add(modifier: parts[1].lowercased(), to: &subtags) else { return nil }
    }
    let tag = subtags.joined(separator: "-")
    return isTag(tag) ? tag : nil
  }

  /// Returns the tag of a language as a string catalog names it: a tag stays as it is written; nil for no language.
  static func tag(ofName name: String) -> String? { isTag(name) ? name : tag(name) }

  /// A Boolean value that indicates whether a name is a tag of ASCII letters, digits, and hyphens or low lines.
  package static func isTag(_ name: String) -> Bool {
    LanguageTag(name) != nil
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
      }
  }

  /// Returns a subtag behind the language as BCP 47 recommends: `Hant`, `AT`, `valencia`.
  private static func cased(_ subtag: Substring) -> String {
    guard subtag.allSatisfy({ $0.isASCII && $0.isLetter }) else { return subtag.lowercased() }
    switch subtag.utf8.count {
    case 2: return subtag.uppercased()
    case 4: return subtag.prefix(1).uppercased() + subtag.dropFirst().lowercased()
    default: return subtag.lowercased()
    }
  }

  /// Adds what stands behind the `@` of a locale as a subtag of its kind.
  private static func add(modifier: String, to subtags: inout [String]) -> Bool {
    guard (1...8).contains(modifier.utf8.count),
      modifier.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else { return false }
    if modifier == "euro" { return true }
    if let script = scripts[modifier] {
      if !subtags.dropFirst().contains(where: { $0.utf8.count == 4 }) { subtags.insert(script, at: 1) }
    } else if let variant = variants[modifier] {
      subtags.append(variant)
    } else {
      subtags += ["x", modifier]
    }
    return true
  }

  private static let scripts = [
    "arabic": "Arab", "cyrillic": "Cyrl", "devanagari": "Deva", "hans": "Hans", "hant": "Hant",
    "latin": "Latn",
    "shaw": "Shaw",
  ]

  /// The modifiers that are registered as variants; others are for private use.
  private static let variants = [
    "ekavian": "ekavsk", "ijekavian": "ijekavsk", "tarask": "tarask", "valencia": "valencia",
  ]

  /// The names of languages that Apple's systems knew before there were codes, and that folders still have.
  private static let languages: [String: String] = {
    let names = """
      Afrikaans af Albanian sq Amharic am Arabic ar Armenian hy Assamese as Aymara ay Azerbaijani az Basque eu
      Bengali bn Breton br Bulgarian bg Burmese my Byelorussian be Catalan ca Chinese zh Croatian hr Czech cs
      Danish da Dutch nl Dzongkha dz English en Esperanto eo Estonian et Faroese fo Farsi fa Finnish fi French fr
      Galician gl Georgian ka German de Greek el Greenlandic kl Guarani gn Gujarati gu Hebrew he Hindi hi
      Hungarian hu Icelandic is Indonesian id Inuktitut iu Irish ga Italian it Japanese ja Javanese jv Kannada kn
      Kashmiri ks Kazakh kk Khmer km Kinyarwanda rw Kirghiz ky Korean ko Kurdish ku Lao lo Latin la Latvian lv
      Lithuanian lt Macedonian mk Malagasy mg Malay ms Malayalam ml Maltese mt Manx gv Marathi mr Moldavian ro-MD
      Mongolian mn Nepali ne Norwegian nb Nynorsk nn Oriya or Oromo om Pashto ps Polish pl Portuguese pt Punjabi pa
      Quechua qu Romanian ro Rundi rn Russian ru Sami se Sanskrit sa Scottish gd Serbian sr Sindhi sd Sinhalese si
      Slovak sk Slovenian sl Somali so Spanish es Sundanese su Swahili sw Swedish sv Tagalog tl Tajiki tg Tamil ta
      Tatar tt Telugu te Thai th Tibetan bo Tigrinya ti Tongan to Turkish tr Turkmen tk Uighur ug Ukrainian uk
      Urdu ur Uzbek uz Vietnamese vi Welsh cy Yiddish yi
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    return Dictionary(
      uniqueKeysWithValues: stride(from: 0, to: names.count, by: 2).map { (names[$0], names[$0 + 1]) })
  }()
}
