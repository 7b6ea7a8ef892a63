import LosslessJSON
import NotificationModel
import WorkerHost

/// Writes what became of lines in the chain to where outcomes go, and the lines to where payloads go.
final class OutcomeLines {
  private let files: RunFiles
  private let output: RunOutput
  private let emission: Run.Emission
  private let namesInput: Bool
  private var line = ByteBuffer(capacity: 4096)
  /// The generation of the chain that has made the outcomes; nil where there is one chain for all.
  var generation: GenerationMark? { didSet { if generation != oldValue { writeGeneration() } } }
  /// The members that name the generation, each with its comma.
  private var generationMembers = ByteBuffer(capacity: 64)

  /// - Parameter namesInput: whether a line's number is not enough to find it.
  init(_ run: RunParts, _ emission: Run.Emission, namesInput: Bool) {
    files = run.files
    output = run.output
    self.emission = emission
    self.namesInput = namesInput
  }

  /// A Boolean value that is true where nobody reads outcomes, and the output has the payloads.
  var areUnwanted: Bool { emission == .payloads && !files.has(.audit) }

  /// Writes an outcome to where outcomes go.
  func write(_ context: Batch.Context, _ number: Int, _ members: UnsafeRawBufferPointer) {
    guard emission == .outcomes || files.has(.audit) else { return }
    line.removeAll()
    line.append("{")
    if namesInput {
      line.append("\"input\":")
      JSONString.append(context.input, to: &line)
      line.append(0x2C)
    }
    line.append("\"line\":")
    line.append(decimal: number)
    line.append(0x2C)
    line.append(generationMembers.bytes)
    line.append(members)
    line.append("}\n")
    files.write(line.bytes, to: .audit)
    if emission == .outcomes { output.write(line.bytes) }
  }

  private func writeGeneration() {
    generationMembers.removeAll()
    guard let generation else { return }
    generationMembers.append("\"generation\":\(generation.number),\"digest\":\"\(generation.digestText)\",")
  }

  /// Writes a line of the chain's output to where payloads go.
  ///
  /// - Returns: whether nothing of it is missing.
  @discardableResult
  func write(line: UnsafeRawBufferPointer, lacksNewline: Bool) -> Bool {
    guard emission == .payloads else { return true }
    let bytes = lacksNewline ? output.withoutNewline(line) : line
    return output.write(bytes) == bytes.count
  }
}
