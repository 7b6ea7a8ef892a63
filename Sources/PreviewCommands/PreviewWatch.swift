import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import Generations
import Glibc
import Notilua
import TerminalPages

/// Makes a preview again whenever something that it is made of changes.
///
/// It ends by a signal; files are whole at any moment.
struct PreviewWatch {
  private let command: PreviewCommand
  /// The configuration's file, which is looked for again when it has gone away; also where it is still to be written.
  private let file: String

  init(_ command: PreviewCommand) {
    self.command = command
    file = command.chain.config ?? ProjectFolder().configurationPath ?? "notilua.yaml"
  }

  func run() async throws {
    let reactor: Reactor
    do throws(SystemError) {
      reactor = try Reactor()
    } catch {
      throw fail(HostError(.output, "files cannot be watched: \(systemMessage(error.code))"))
    }
    let isDue = Flag()
    let watch = FolderWatch(
      on: reactor, paths: paths, changed: { isDue.isSet = true }, failed: { say("notilua: \($0)") })
    watch.begin()
    while true {
      if isDue.isSet {
        isDue.isSet = false
        await render()
      } else {
        reactor.turn()
      }
    }
  }

  /// Set by a change, and cleared by the preview that is made then.
  private final class Flag {
    var isSet = false
  }

  private func render() async {
    if command.outputPath == nil, command.gallery == nil, isatty(1) == 1 { try? output("\u{1B}[H\u{1B}[2J") }
    do {
      try await command.render()
      if let path = command.outputPath { say("notilua: '\(path)' is up to date") }
    } catch is ExitCode {
      // What is wrong has been said, and may be put right now.
    } catch {
      say("notilua: \(error)")
    }
  }

  /// The files that a preview is made of; of a configuration that cannot be read now, at least its own.
  private func paths() -> [String] {
    var paths = command.inputs + [file]
    if let configuration = try? command.chain.load() {
      paths += GenerationPaths.paths(configuration, file: file)
    }
    if let compare = command.compare {
      paths.append(compare)
      if let configuration = try? Configuration(file: compare) {
        paths += GenerationPaths.paths(configuration, file: compare)
      }
    }
    return paths
  }
}
