import LosslessJSON

/// The end of a reload or a rollback that went well.
package struct ReloadReport: Sendable, Equatable {
  /// The effect on the generation in force.
  package enum Result: String, Sendable {
    /// A new one is in force.
    case activated
    /// The files say what the one in force says.
    case unchanged
    /// One that was kept is in force again.
    case rolledBack = "rolled_back"
  }

  /// The effect on the generation in force.
  package var result: Result
  /// The number of the generation in force.
  package var generation: Int
  /// The digest of its content.
  package var digest: String
  /// The names of its plugins in their order.
  package var plugins: [String]
  /// The number of test cases that have passed.
  package var cases = 0
  /// The time that it took, in milliseconds.
  package var milliseconds: Int64 = 0

  /// Makes a report without cases.
  package init(_ result: Result, generation: Int, digest: String, plugins: [String]) {
    self.result = result
    self.generation = generation
    self.digest = digest
    self.plugins = plugins
  }

  /// The report as JSON.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("result", result.rawValue)
    writer.member("generation", generation)
    writer.member("digest", digest)
    writer.member("plugins", plugins)
    writer.member("cases", cases)
    writer.member("milliseconds", milliseconds)
    writer.endObject()
    return writer.text
  }

  /// Reads what ``json`` has written; nil for anything else.
  package init?(json: [UInt8]) {
    guard let members = JSONMembers(json),
      let result = members.text("result").flatMap({ Result(rawValue: $0) }),
      let generation = members.number("generation"), let digest = members.text("digest")
    else { return nil }
    self.init(result, generation: generation, digest: digest, plugins: members.texts("plugins"))
    cases = members.number("cases") ?? 0
    milliseconds = Int64(members.number("milliseconds") ?? 0)
  }
}

/// The end of an order to change the generation.
package enum ReloadAnswer: Sendable, Equatable {
  /// It was carried out.
  case done(ReloadReport)
  /// Another one is carried out at the moment.
  case busy(String)
  /// No such generation is kept.
  case unknown(String)
  /// Nothing was changed: the place, the cause and the next step.
  case failed(String)
}
