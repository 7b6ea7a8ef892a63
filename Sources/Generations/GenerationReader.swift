import ConfigurationFiles
import Digests
import FileReading
import Glibc
import NotificationModel
import Notilua

/// Reads generations from files that may be replaced at any moment, and never half of one and half of another.
package struct GenerationReader: Sendable {
  /// The times that files are read again which have changed meanwhile.
  private static let attempts = 12

  /// The configuration's file; nil where there is none.
  let file: String?
  private let executable: String
  private let load: @Sendable () throws(HostError) -> Configuration

  /// - Parameters:
  ///   - file: the configuration's file; nil where there is none.
  ///   - executable: the path of `notilua-worker`.
  ///   - load: reads the configuration, with what flags say put over it.
  package init(
    file: String?, executable: String, load: @escaping @Sendable () throws(HostError) -> Configuration
  ) {
    self.file = file
    self.executable = executable
    self.load = load
  }

  /// Reads everything; again, where it has changed between the first byte and the last.
  ///
  /// It waits for a moment between two attempts, and is for a thread that may.
  ///
  /// - Throws: ``HostError`` that names the place, the cause and the next step.
  package func read() throws(HostError) -> GenerationContent {
    var failure: HostError?
    for attempt in 1...Self.attempts {
      do throws(HostError) {
        if let content = try readOnce() { return content }
        failure = nil
      } catch {
        // A folder may be away for a moment; what is wrong twice in a row is.
        if error == failure { throw error }
        failure = error
      }
      usleep(UInt32(attempt * 10_000))
    }
    throw failure
      ?? HostError(
        .failed,
        "the files have changed \(Self.attempts) times while they were read; reload once all of them are in place"
      )
  }

  /// Reads everything; nil where it has changed meanwhile.
  private func readOnce() throws(HostError) -> GenerationContent? {
    let paths = GenerationPaths.paths(try load(), file: file)
    let before = FileSet(paths)
    let configuration = try load()
    let digest = try fileDigest()
    let result = Result<ChainContent, HostError> { () throws(HostError) in
      try ChainContent(configuration, executable: executable)
    }
    guard FileSet(GenerationPaths.paths(configuration, file: file)) == before else { return nil }
    return GenerationContent(configuration, try result.get(), fileDigest: digest, before)
  }

  private func fileDigest() throws(HostError) -> String {
    guard let file, PluginFolder.isFile(file) else { return GenerationContent.noFile }
    return Hex.encode(Array(Digest.sha256(try readFile(file, .configuration, status: .usage)).prefix(8)))
  }

  /// Returns true where the files of a generation are still those that it was read from.
  package func isCurrent(_ content: GenerationContent) -> Bool {
    guard let configuration = try? load() else { return false }
    return FileSet(GenerationPaths.paths(configuration, file: file)) == content.files
  }

  /// Returns the paths to look after for changes; those of a generation where the configuration cannot be read now.
  func watchedPaths(_ content: GenerationContent) -> [String] {
    GenerationPaths.paths((try? load()) ?? content.configuration, file: file)
  }
}
