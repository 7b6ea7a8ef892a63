import Operations

extension Reloader: GenerationSource {
  /// Reads everything again by order of a person.
  package func reload() async -> ReloadAnswer { await reload(.order) }

  /// Returns the generations that are kept.
  package func generations() async -> [GenerationStatus] {
    let history = history
    return history.all.map { generation in
      GenerationStatus(
        number: generation.number, isInForce: generation.number == history.current.number,
        since: generation.activatedAt, digest: generation.content.digest, plugins: generation.content.plugins)
    }
  }
}
