import ConfigurationFiles
import FileReading
import Foundation
import LosslessJSON
import NotificationModel
import Notilua
import WorkerProtocol
import Yams

extension TestCaseReader {
  /// A case of which some keys were read.
  struct Draft {
    let node: Node
    let isNested: Bool
    var result: TestCase
    /// The plugin in whose folder the case is, with what the case says of it.
    var own: Configuration.Plugin
    var ownKey: Node?
    var request: [(String, Node)] = []
    var given: Node?
    var hasExpectation: Bool

    init(node: Node, plugin: String?, file: String, isNested: Bool) {
      self.node = node
      self.isNested = isNested
      hasExpectation = isNested
      own = Configuration.Plugin(path: plugin ?? "")
      // What a plugin may ask for is the operator's to decide, and no matter of most cases.
      own.grantAll()
      result = TestCase(
        name: "", subject: plugin.map { PluginFolder.name(of: $0) } ?? file, file: file,
        line: node.mark?.line ?? 1, chain: .own(own))
      result.files = [file]
    }

    var hasLoadError: Bool { result.expectation.loadError != nil }
  }
}
