/// Finds the language of those that there are texts in that a person reads best.
///
/// As Apple's systems choose (QA1828, TN2418): the preferences in their order, each with what it inherits from; a
/// sibling under the same regional parent before the language at large, so that `en-IN` takes `en-GB` before `en`.
package struct LanguageMatcher: Sendable {
  private var available: [(name: String, tag: LanguageTag)]

  /// - Parameter available: names as folders and catalogs have them; what is no tag is never chosen.
  package init(available: [String]) {
    self.available = available.compactMap { name in LanguageTag(name).map { (name, $0) } }
  }

  /// The name of the best language, or nil where none of the preferences is near any.
  package func match(_ preferences: [String]) -> String? { matches(preferences).first?.name }

  /// All languages that are near a preference, with the best first, and the preference of each.
  package func matches(_ preferences: [String]) -> [(name: String, preference: LanguageTag)] {
    var rest = self
    var found: [(name: String, preference: LanguageTag)] = []
    for preference in preferences {
      guard let tag = LanguageTag(preference), tag.language != "und" else { continue }
      while let name = rest.match(tag, spelled: preference) {
        found.append((name, tag))
        rest.available.removeAll { $0.name == name }
      }
    }
    return found
  }

  private func match(_ wanted: LanguageTag, spelled: String) -> String? {
    let chain = wanted.chain
    let near = available.filter { $0.tag.isNear(wanted) }
    if let found = match(chain.filter { $0.isNear(wanted) }, among: near, spelled: spelled) ?? best(near) {
      return found
    }
    // Only then what CLDR has the language inherit from another: Haitian from French.
    let others = chain.filter { !$0.isNear(wanted) }
    if let first = others.first,
      let found = match(others, among: available.filter { $0.tag.isNear(first) }, spelled: spelled)
    {
      return found
    }
    // Norwegian is one language to its readers, whichever of its names a catalog has.
    let norwegian = ["nb", "no", "nn"]
    guard norwegian.contains(wanted.language) else { return nil }
    return norwegian.lazy.compactMap { name in available.first { $0.tag.language == name }?.name }.first
  }

  /// The name of the first of a chain of tags that is available itself, or in a region that inherits from it.
  private func match(
    _ chain: [LanguageTag], among near: [(name: String, tag: LanguageTag)], spelled: String
  ) -> String? {
    for candidate in chain {
      let same = near.filter { $0.tag == candidate }
      if let found = same.first(where: { $0.name == spelled }) ?? same.first { return found.name }
      // Regions that share a parent such as es-419 are nearer than the language as such; but the world is the parent of all
      // English that is not American, for whoever asked for it.
      if candidate.region != nil, candidate.region != "001" || candidate != chain.first,
        let sibling = best(near.filter { $0.tag.chain.contains(candidate) })
      {
        return sibling
      }
    }
    return nil
  }

  /// Of several regions the likely one, then one that inherits from the language itself, then what CLDR has as a paradigm,
  /// then the first by name.
  private func best(_ candidates: [(name: String, tag: LanguageTag)]) -> String? {
    let paradigms: Set = ["en-GB", "es-419", "pt-BR", "pt-PT"]
    func rank(_ tag: LanguageTag) -> Int {
      if tag.region == nil || tag.region == tag.likelyRegion { return 0 }
      if tag.parent?.region == nil { return 1 }
      return paradigms.contains(tag.description) ? 2 : 3
    }
    return candidates.min { (rank($0.tag), $0.name) < (rank($1.tag), $1.name) }?.name
  }
}
