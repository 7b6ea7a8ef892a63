import Applications

extension ApplicationTable {
  /// Returns those that the holder of a key may reach.
  package func reached(by grant: KeyGrant) -> [Application] {
    reached(topics: grant.topics, environments: grant.environments)
  }
}
