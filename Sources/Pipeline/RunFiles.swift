import ConfigurationFiles
import Delivery
import EventLoop
import FileReading
import Glibc

/// The files and commands that a run writes to beside its output.
final class RunFiles {
  /// One of them, and whether it can be written.
  private struct OpenChannel {
    var place: RunChannel.Place
    var writer: Writer
    var hasFailed = false
  }

  private enum Writer {
    case file(LineFile)
    case command(CommandPipe)

    var descriptor: Int32 {
      switch self {
      case .file(let file): file.descriptor
      case .command(let pipe): pipe.file
      }
    }
  }

  private let state: RunState
  private var channels: [RunChannel: OpenChannel] = [:]
  /// Sentences for people about files that ended in the middle of a line.
  private(set) var notices: [String] = []

  /// Opens the files and starts the commands.
  ///
  /// - Parameter audit: the audit's file, where it is open already: two that write to one file have it in common.
  /// - Throws: ``HostError`` where one cannot be opened, or two are the same.
  init(_ places: [RunChannel: RunChannel.Place], audit: LineFile? = nil, _ state: RunState) throws(HostError)
  {
    self.state = state
    for channel in RunChannel.allCases {
      guard let place = places[channel] else { continue }
      let writer = try Self.open(place, shared: channel == .audit ? audit : nil)
      try add(OpenChannel(place: place, writer: writer), channel)
    }
  }

  private func add(_ opened: OpenChannel, _ channel: RunChannel) throws(HostError) {
    if case .file(let file) = opened.writer, let notice = file.notice {
      notices.append("notilua: \(opened.place.name): \(notice)")
    }
    if let identity = FileIdentity(opened.writer.descriptor),
      let other = RunChannel.allCases.lazy.compactMap({ self.channels[$0] }).first(where: {
        FileIdentity($0.writer.descriptor) == identity
      })
    {
      throw HostError(
        .usage, "\(other.place.name) and \(opened.place.name) name the same file; give each its own")
    }
    channels[channel] = opened
  }

  private static func open(_ place: RunChannel.Place, shared: LineFile?) throws(HostError) -> Writer {
    switch place.target {
    case .command(let command): return .command(try CommandPipe(command, place.name))
    case .file(let path):
      if let shared { return .file(shared) }
      return .file(try openFile(path, place.name))
    }
  }

  /// Opens a file that lines are appended to.
  ///
  /// - Parameter name: what messages call it.
  package static func openFile(_ path: String, _ name: String) throws(HostError) -> LineFile {
    do throws(LineFileError) {
      return try LineFile(path)
    } catch {
      throw HostError(.output, "\(name) '\(path)': \(systemMessage(error.code)); choose another path")
    }
  }

  /// Opens the files anew, which another program may have renamed.
  ///
  /// - Returns: a sentence for each that cannot be opened, and goes on where it was.
  func reopen() -> [String] {
    channels.values.compactMap { open in
      guard case .file(let file) = open.writer else { return nil }
      do throws(LineFileError) {
        try file.reopen()
        return nil
      } catch {
        return
          "\(open.place.name) '\(file.path)': \(systemMessage(error.code)); lines go on into the file before"
      }
    }
  }

  func has(_ channel: RunChannel) -> Bool { channels[channel] != nil }

  // MARK: Writing

  /// Writes bytes to a channel, and reports where that fails.
  ///
  /// - Returns: how many of the bytes were written.
  @discardableResult
  func write(_ bytes: UnsafeRawBufferPointer, to channel: RunChannel) -> Int {
    guard !bytes.isEmpty, let open = channels[channel], !open.hasFailed,
      state.phase.waits || channel.outlivesRun
    else { return 0 }
    let (count, code) = append(bytes, to: open.writer)
    if code != 0 { fail(channel, open, code) }
    return count
  }

  @discardableResult
  func write(_ bytes: [UInt8], to channel: RunChannel) -> Int {
    bytes.withUnsafeBytes { write($0, to: channel) }
  }

  private func append(_ bytes: UnsafeRawBufferPointer, to writer: Writer) -> (count: Int, code: Int32) {
    switch writer {
    case .file(let file): file.append(bytes) { state.isPatient }
    case .command(let pipe): writeWhole(pipe.file, bytes) { state.isPatient }
    }
  }

  private func fail(_ channel: RunChannel, _ open: OpenChannel, _ code: Int32) {
    let name = open.place.path ?? open.place.name
    let place = open.place.path.map { "\(open.place.name) '\($0)'" } ?? open.place.name
    guard code == EINTR else {
      channels[channel]?.hasFailed = true
      let error = HostError(.output, "\(place): \(systemMessage(code)); make room, or name another file")
      return state.failWriting(name, error)
    }
    state.noteImpatience()
    guard channel.outlivesRun else { return }
    channels[channel]?.hasFailed = true
    state.note(.failure(HostError(.output, "\(place): nobody reads it, so the rest of it is lost")))
  }

  // MARK: The end

  /// Ends the commands, whose failure is one of the run's.
  func finishCommands() {
    for channel in RunChannel.allCases {
      guard let open = channels[channel], case .command(let pipe) = open.writer else { continue }
      channels[channel] = nil
      guard let status = pipe.finish() else { continue }
      state.note(
        .failure(
          HostError(
            .output,
            "\(open.place.name) ended with status \(status); look at what it said, and give it the tokens again"
          )))
    }
  }

  deinit {
    for open in channels.values {
      if case .command(let pipe) = open.writer { close(pipe.file) }
    }
  }
}
