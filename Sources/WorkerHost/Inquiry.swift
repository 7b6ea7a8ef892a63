import WorkerProtocol

/// A question to a worker about its plugins, outside of batches.
enum Inquiry {
  case none
  case asked(Question)
  case lineCounts([ChunkCoverage])
  case codeFindings([CodeFinding])

  /// A question to a worker.
  enum Question {
    /// The number of runs of each line.
    case lineCounts
    /// The mistakes in the code of plugins.
    case codeFindings

    /// The frame that asks.
    var frame: Frame { Frame(self == .lineCounts ? .countLines : .checkCode) }

    /// The most bytes of the answer.
    var answerLimit: Int {
      switch self {
      // Each line takes 8 bytes, and no file has more lines than bytes.
      case .lineCounts: 64 << 20
      case .codeFindings: CodeFinding.bodyLimit
      }
    }
  }

  /// A Boolean value that indicates whether the answer to a question has not come yet.
  var isOpen: Bool { question != nil }

  private var question: Question? { if case .asked(let question) = self { question } else { nil } }

  /// Returns the most bytes of an answer that the worker may send now.
  func answerLimit(_ question: Question) -> Int { question == self.question ? question.answerLimit : 0 }

  /// Takes the answer; false where it is none to the question that is open.
  mutating func accept(_ frame: Frame, _ body: [UInt8], about definitions: [PluginDefinition]) -> Bool {
    let chunks = definitions.flatMap(\.chunks)
    switch (frame.kind, question) {
    case (.lineCounts, .lineCounts):
      guard let counts = try? ChunkCoverage.read(body) else { return false }
      let files = Dictionary(chunks.map { ($0.path, $0.source) }) { first, _ in first }
      self = .lineCounts(counts.filter { $0.isPossible(in: files[$0.path]) })
    case (.codeFindings, .codeFindings):
      guard let findings = try? CodeFinding.read(body, paths: chunks.map(\.path)) else { return false }
      self = .codeFindings(findings)
    default: return false
    }
    return true
  }
}
