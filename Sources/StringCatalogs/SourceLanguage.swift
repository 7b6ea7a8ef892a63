import Localization

/// The language that an app's folders of texts were written in, and how it was found.
package struct SourceLanguage: Sendable, Equatable {
  /// The reason for a choice.
  package enum Origin: Sendable, Equatable {
    /// A setting or a flag names it.
    case setting
    /// `CFBundleDevelopmentRegion` of an `Info.plist` beside the folders.
    case infoPlist
    /// The string catalogs beside the folders were written in it.
    case catalog
    /// English, since nothing names another.
    case english
    /// It is the only one that there is.
    case only
    /// The first by name, since nothing names one and English is not there.
    case first
  }

  /// The name as the catalog has it.
  package var name: String
  /// The reason for which it is the source language.
  package var origin: Origin

  /// The language with its reason, for people.
  package var text: String {
    switch origin {
    case .setting: "\(name) (as configured)"
    case .infoPlist: "\(name) (Info.plist)"
    case .catalog: "\(name) (that of the string catalogs beside)"
    case .english: "\(name) (English, since no Info.plist names one)"
    case .only: "\(name) (the only one)"
    case .first: "\(name) (the first by name, since no Info.plist names one and English is not there)"
    }
  }

  /// Chooses among the languages of an app's folders, in Apple's order: the region that the app names, then English, then
  /// the first.
  ///
  /// - Parameters:
  ///   - languages: those that there are folders of.
  ///   - hasBase: whether there is a folder `Base`, whose texts are of the chosen language.
  ///   - setting: what a setting or a flag names.
  ///   - region: `CFBundleDevelopmentRegion`; nil where it is absent, or a variable that Xcode would have replaced.
  ///   - catalog: the language of string catalogs beside the folders.
  init(
    among languages: Set<String>, hasBase: Bool, setting: String? = nil, region: String? = nil,
    catalog: String? = nil
  ) {
    let named: [(String?, Origin)] = [(setting, .setting), (region, .infoPlist), (catalog, .catalog)]
    for case (let name?, let origin) in named {
      self.init(name: Self.nearest(to: name, in: languages), origin: origin)
      return
    }
    let english = languages.filter { LanguageTag($0)?.language == "en" }
    if let name = english.min(by: { Self.rank($0) < Self.rank($1) }) ?? (hasBase ? "en" : nil) {
      self.init(name: name, origin: .english)
    } else {
      self.init(name: languages.min() ?? "en", origin: languages.count > 1 ? .first : .only)
    }
  }

  private init(name: String, origin: Origin) {
    self.name = name
    self.origin = origin
  }

  private static func rank(_ name: String) -> (Int, Int, String) {
    (name == "en" ? 0 : name == "en-US" ? 1 : 2, name.utf8.count, name)
  }

  /// Returns the folder's language that a name stands for: the same, else one of the same language, else the name itself.
  private static func nearest(to name: String, in languages: Set<String>) -> String {
    guard !languages.contains(name), let wanted = LanguageTag(name) else { return name }
    let same = languages.filter { LanguageTag($0) == wanted }
    let near = languages.filter {
      LanguageTag($0).map { $0.language == wanted.language && $0.script == wanted.script } ?? false
    }
    return (same.isEmpty ? near : same).min { rank($0) < rank($1) } ?? name
  }

  /// Returns what `CFBundleDevelopmentRegion` names as a tag; nil for a variable, and for what names no language.
  static func region(_ value: String) -> String? {
    guard case .language(let tag)? = LprojName(value) else { return nil }
    return tag
  }
}
