/// Finds the language of those that there are texts in that a person reads best.
///
/// As Apple's systems choose (QA1828, TN2418): the preferences in their order, each with what it inherits from; a
/// sibling under the same regional parent before the language at large, so that `en-IN` takes `en-GB` before `en`.
package struct LanguageMatcher: Sendable {
  private let available: [(name: String, tag: LanguageTag)]

  /// - Parameter available: names as folders and catalogs have them; what is no tag is never chosen.
  package init(available: [String]) {
    self.available = available.compactMap { name in LanguageTag(name).map { (name, $0) } }
  }

  /// The name of the best language, or nil where none of the preferences is near any.
  package func match(_ preferences: [String]) -> String? {
    for preference in preferences {
      guard let tag = LanguageTag(preference), tag.language != "und" else { continue }
      if let found = match(tag) { return found }
    }
    return nil
  }

  private func match(_ wanted: LanguageTag) -> String? {
    let chain = wanted.chain
    for (index, candidate) in chain.enumerated() {
      if let found = available.first(where: { $0.tag == candidate }) { return found.name }
      // Regions that share a parent such as en-001 or es-419 are nearer than the language as such.
      if index > 0, candidate.region != nil,
        let sibling = best(available.filter { $0.tag.chain.contains(candidate) })
      {
        return sibling
      }
    }
    if let found = best(
      available.filter { $0.tag.language == wanted.language && $0.tag.script == wanted.script })
    {
      return found
    }
    // Norwegian is one language to its readers, whichever of its names a catalog has.
    let norwegian: Set = ["no", "nb", "nn"]
    guard norwegian.contains(wanted.language) else { return nil }
    return ["nb", "no", "nn"].lazy.compactMap { name in available.first { $0.tag.language == name }?.name }
      .first
  }

  /// Of several regions the one that CLDR has as a paradigm, then the likely one, then the first by name.
  private func best(_ candidates: [(name: String, tag: LanguageTag)]) -> String? {
    let paradigms: Set = ["en-GB", "es-419", "pt-BR", "pt-PT"]
    func rank(_ tag: LanguageTag) -> Int {
      paradigms.contains(tag.description) ? 0 : tag.region == tag.likelyRegion ? 1 : tag.region == nil ? 2 : 3
    }
    return candidates.min { (rank($0.tag), $0.name) < (rank($1.tag), $1.name) }?.name
  }
}
