import ConfigurationFiles
import WorkerHost
import WorkerProtocol

extension PluginInterface {
  /// Asks a worker what plugins can use.
  ///
  /// - Parameter worker: the path of `notilua-worker`.
  /// - Throws: ``HostError`` where it cannot be started, or is not of this build.
  package init(worker: String = WorkerExecutable.path) throws(HostError) {
    let bytes = try WorkerExecutable.output(of: worker, Self.argument, limit: Self.bodyLimit)
    do throws(ByteReader.Truncated) {
      try self.init(body: bytes)
    } catch {
      throw HostError(
        .sandbox,
        "\(worker): it does not say what plugins can use; put the notilua-worker of this build beside this program"
      )
    }
  }
}
