import ConfigurationFiles
import Delivery
import EventLoop
import FileReading
import Glibc
import Notilua

/// Where a run writes: the output, the audit, the rejects and what a sink tells; and how far that went.
final class RunFiles {
  let output: Int32
  private(set) var audit: Int32 = -1
  private(set) var rejects: Int32 = -1
  /// What a sink could not deliver.
  private(set) var undelivered: Int32 = -1
  /// Device tokens that are gone.
  private(set) var feedback: Int32 = -1
  /// What people do with what was delivered.
  private(set) var responses: Int32 = -1
  private var paths: [Int32: String] = [:]
  /// The files that lines are appended to.
  private var lineFiles: [Int32: LineFile] = [:]
  /// Sentences for people about files that ended in the middle of a line.
  private(set) var notices: [String] = []
  private var flags: [Int32: String] = [:]
  private let tellsDeliveries: Bool
  /// The commands that read lines, by their options.
  private var commands: [(option: String, pipe: CommandPipe)] = []

  /// Why a file could not be written.
  private(set) var failure: HostError?
  private var failedFile: Int32 = -1
  /// Whether the reader of the output went away.
  private(set) var outputClosed = false
  /// Whether a second signal ended the run before all was written.
  private(set) var wasCutShort = false
  /// The line that was written last; empty before the first.
  var lastLine = ""

  /// Whether an input ended without a newline, which is written once something follows.
  private var owesNewline = false
  /// Whether what is written next is a line without its newline.
  private var newlineIsNext = false

  /// Opens the files.
  ///
  /// - Throws: ``HostError`` where one cannot be opened, or is what the run reads.
  init(_ options: FilterStage.Options) throws(HostError) {
    output = options.output
    tellsDeliveries = options.emission == .deliveries
    try Self.checkPlaces(options)
    var opened: [(option: String, file: Int32)] = []
    for (option, path) in options.paths {
      guard let path else { continue }
      let lines = try Self.openForWriting(path, option, options)
      let file = lines.descriptor
      lineFiles[file] = lines
      if let notice = lines.notice { notices.append("notilua: \(option): \(notice)") }
      paths[file] = path
      flags[file] = option
      if let identity = FileIdentity(file),
        let other = opened.first(where: { FileIdentity($0.file) == identity })
      {
        throw HostError(.usage, "\(other.option) and \(option) name the same file; give each its own")
      }
      opened.append((option, file))
      switch option {
      case "--audit": audit = file
      case "--rejects": rejects = file
      case "--undelivered": undelivered = file
      case "--responses": responses = file
      default: feedback = file
      }
    }
    if let text = options.feedbackCommand {
      feedback = try start(text, "--feedback-command")
    }
  }

  private func start(_ text: String, _ option: String) throws(HostError) -> Int32 {
    let pipe = try CommandPipe(text, option)
    commands.append((option, pipe))
    paths[pipe.file] = option
    return pipe.file
  }

  /// Ends the commands that read lines, whose failure is one of the run's.
  func finishCommands() {
    let ending = commands
    commands.removeAll()
    for (option, pipe) in ending {
      paths[pipe.file] = nil
      if feedback == pipe.file { feedback = -1 }
      guard let status = pipe.finish(), failure == nil else { continue }
      failure = HostError(
        .output, "\(option) ended with status \(status); look at what it said, and give it the tokens again")
    }
  }

  deinit { for file in paths.keys where lineFiles[file] == nil { close(file) } }

  private static func openForWriting(
    _ path: String, _ option: String, _ options: FilterStage.Options
  ) throws(HostError) -> LineFile {
    // Two that write to one file have it in common: each sees what the other left.
    if option == "--audit", let shared = options.auditFile { return shared }
    do throws(LineFileError) {
      return try LineFile(path)
    } catch {
      throw HostError(.output, "\(option) '\(path)': \(systemMessage(error.code)); choose another path")
    }
  }

  /// Refuses to read what the run itself writes.
  private static func checkPlaces(_ options: FilterStage.Options) throws(HostError) {
    let output = FileIdentity(options.output)
    for input in options.inputs {
      let file = input == "-" ? FileIdentity(0) : FileIdentity(path: input)
      guard let file else { continue }
      if file == output {
        throw HostError(
          .usage,
          "\(input == "-" ? "stdin" : "'\(input)'") is also the output; write somewhere else, and rename it then"
        )
      }
      for (option, path) in options.paths {
        if let path, FileIdentity(path: path) == file {
          throw HostError(.usage, "\(option) '\(path)' is also an input; give it a file of its own")
        }
      }
    }
    for (option, path) in options.paths {
      guard let path else { continue }
      if path == "-" { throw HostError(.usage, "\(option) takes a file, not '-'; name one") }
      if let output, FileIdentity(path: path) == output {
        throw HostError(.usage, "\(option) '\(path)' is also the output; give it a file of its own")
      }
    }
  }

  /// Looks whether a run reads or writes its outbox as something else.
  ///
  /// - Throws: ``HostError`` where it does.
  static func checkOutbox(_ path: String, _ options: FilterStage.Options) throws(HostError) {
    try checkPlaces(options)
    let inputs = options.inputs.filter { $0 != "-" }.map { (name: "an input", path: Optional($0)) }
    let others = options.paths.map { (name: $0.option, path: $0.path) }
    for (name, other) in inputs + others {
      guard let other else { continue }
      if other == path || FileIdentity(path: other).map({ $0 == FileIdentity(path: path) }) ?? false {
        throw HostError(.usage, "the outbox '\(path)' is also \(name); give it a file of its own")
      }
    }
  }

  // MARK: Writing

  /// Whether a file is written also when the run is over: what was taken from the input is not in any other.
  private func isKept(_ file: Int32) -> Bool {
    // And the output that says so, where it is not what failed.
    (file == undelivered || file == feedback || file == responses
      || file == output && tellsDeliveries && !outputClosed && !wasCutShort)
      && file != failedFile
  }

  /// Whether nothing more is to be written.
  var areOver: Bool { failure != nil || outputClosed || wasCutShort }

  @discardableResult
  func write(_ bytes: [UInt8], _ file: Int32) -> Int { bytes.withUnsafeBytes { write($0, file) } }

  /// Writes to one of the files, and notes where that fails.
  ///
  /// - Returns: how many of the bytes were written.
  @discardableResult
  func write(_ bytes: UnsafeRawBufferPointer, _ file: Int32) -> Int {
    guard !bytes.isEmpty, !areOver || isKept(file) else { return 0 }
    if file == output {
      let isWithoutNewline = newlineIsNext
      newlineIsNext = false
      if owesNewline {
        owesNewline = false
        write([0x0A], file)
      }
      owesNewline = isWithoutNewline
    }
    // A reader that does not read holds everything up; the second signal is for leaving all the same.
    let goesOn = { StopSignals.count < 2 }
    let (count, code) =
      lineFiles[file]?.append(bytes, whileInterrupted: goesOn)
      ?? writeWhole(file, bytes, whileInterrupted: goesOn)
    switch code {
    case 0: break
    case EPIPE where file == output: outputClosed = true
    case EINTR:
      wasCutShort = true
      if file != output, file == undelivered || file == feedback || file == responses {
        failedFile = file
        failure =
          failure ?? HostError(.output, "\(place(of: file)): nobody reads it, so the rest of it is lost")
      }
    default:
      failedFile = file
      let advice = file == output ? "" : "; make room, or name another file"
      failure = failure ?? HostError(.output, "\(place(of: file)): \(systemMessage(code))\(advice)")
    }
    return count
  }

  /// A line without its newline, which is written where another line follows: the next input's first, perhaps.
  func withoutNewline(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if line.isEmpty { return line }
    newlineIsNext = true
    return UnsafeRawBufferPointer(rebasing: line.dropLast())
  }

  // MARK: Failure

  /// Ends the writing, though there is more to write.
  func giveUp() { wasCutShort = true }

  /// Notes a failure that is none of these files', where there is none yet.
  func fail(_ error: HostError) { failure = failure ?? error }

  /// The option of a file with its name.
  private func place(of file: Int32) -> String {
    flags[file].map { "\($0) '\(name(of: file))'" } ?? name(of: file)
  }

  private func name(of file: Int32) -> String {
    file == output ? "the output" : paths[file] ?? "a file"
  }

  /// Completes the failure with the place that the output ends at.
  func cutOff(at place: String) {
    guard let cause = failure, failedFile >= 0 else { return }
    // The audit is written before the output, and may be one outcome ahead of it.
    let files = failedFile == output && audit >= 0 ? "the output and the audit" : name(of: failedFile)
    let rest =
      lastLine.isEmpty
      ? "no line was written whole, so empty \(files)"
      : "\(lastLine) is the last line written whole, so cut off what follows it in \(files)"
    failure = HostError(cause.status, "\(cause.message); \(rest) and go on at \(place)")
  }
}
