import Digests
import Localization
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// All that decides what the chain makes of a notification, as bytes in memory: plugins with their modules, catalogs,
/// settings, limits and keys for `notilua.crypto`.
package struct GenerationContent: Sendable {
  /// The configuration that it was read by, with the chain in full.
  package let configuration: Configuration
  /// The plugins and keys.
  package let chain: ChainContent
  /// The digest of the content, in 16 hexadecimal digits: two with the same do the same.
  package let digest: String
  /// The digest of the configuration's file, by which people tell it; ``noFile`` where there is none.
  package let fileDigest: String
  /// The digest of a file that is not there.
  static let noFile = "none"
  /// The files as they were before and after they were read.
  let files: FileSet

  init(_ configuration: Configuration, _ chain: ChainContent, fileDigest: String, _ files: FileSet) {
    // Whatever comes into the folder later is no part of it.
    self.configuration = configuration.running(chain.plugins.map(\.entry))
    self.chain = chain
    self.fileDigest = fileDigest
    self.files = files
    digest = Self.digest(chain)
  }

  /// Returns the mark of the generation with this content, by which its notifications are known.
  package func mark(_ number: Int) -> GenerationMark {
    GenerationMark(number: UInt32(clamping: number), digest: UInt64(digest, radix: 16) ?? 0)
  }

  /// The names of the plugins in their order.
  package var plugins: [String] { chain.definitions.map(\.name) }

  private static func digest(_ chain: ChainContent) -> String {
    var numbered = chain.definitions
    let catalogs = PluginDefinition.numberCatalogs(&numbered)
    // What workers are told is what decides what they do.
    let body = WorkerConfiguration(plugins: numbered, options: chain.options.runner, seed: 0).body
    var keys: [UInt8] = []
    chain.keys.add(toDigest: &keys)
    return text(of: [body, keys] + catalogs.map(\.bytes))
  }

  /// Returns the first half of a digest of digests: large parts are not copied into one.
  static func text(of parts: [[UInt8]]) -> String {
    Hex.encode(Array(Digest.sha256(parts.flatMap { Digest.sha256($0) }).prefix(8)))
  }
}
