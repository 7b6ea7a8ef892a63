import ConfigurationFiles
import FileReading
import Glibc

/// The places that a run reads and writes: none is two of them.
struct RunPlaces {
  private let inputs: [RunInput]
  private let output: Int32
  private let files: [(name: String, path: String)]

  init(_ options: Run.Options) {
    inputs = options.inputs
    output = options.output
    let channels = RunChannel.allCases.compactMap { channel in
      options.files[channel].flatMap { place in place.path.map { (place.name, $0) } }
    }
    files = channels + (options.metering?.file.map { [$0] } ?? [])
  }

  /// Refuses to read what the run itself writes.
  ///
  /// - Throws: ``HostError`` that names the two.
  func check() throws(HostError) {
    let output = FileIdentity(output)
    for input in inputs {
      guard let file = input.identity else { continue }
      if file == output {
        throw HostError(
          .usage, "\(input.quoted) is also the output; write somewhere else, and rename it then")
      }
      for (name, path) in files where FileIdentity(path: path) == file {
        throw HostError(.usage, "\(name) '\(path)' is also an input; give it a file of its own")
      }
    }
    for (name, path) in files {
      if path == "-" { throw HostError(.usage, "\(name) takes a file, not '-'; name one") }
      if let output, FileIdentity(path: path) == output {
        throw HostError(.usage, "\(name) '\(path)' is also the output; give it a file of its own")
      }
    }
  }

  /// Looks whether the run reads or writes its outbox as something else.
  func check(outbox path: String) throws(HostError) {
    try check()
    let others = inputs.compactMap(\.path).map { (name: "an input", path: $0) } + files
    let own = FileIdentity(path: path)
    for (name, other) in others where other == path || own != nil && FileIdentity(path: other) == own {
      throw HostError(.usage, "the outbox '\(path)' is also \(name); give it a file of its own")
    }
  }
}
