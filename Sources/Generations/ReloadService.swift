import EventLoop
import ServiceLife
import ServiceLifecycle
import WorkerHost

/// The part of a service that carries out reloads that nobody waits for: of SIGHUP, and of files that have changed.
package struct ReloadService: Service, CustomStringConvertible {
  private let reloader: Reloader
  private let watch: LoopService?

  /// Makes a service that is not started.
  ///
  /// - Throws: ``SystemError`` where there are no descriptors left.
  package init(_ reloader: Reloader, watchesFiles: Bool) throws(SystemError) {
    self.reloader = reloader
    watch = watchesFiles ? try Self.watch(reloader) : nil
  }

  /// The name of the service.
  package var description: String { "reload" }

  /// Carries out requests until the service stops.
  package func run() async throws {
    try await withThrowingDiscardingTaskGroup { tasks in
      if let watch { tasks.addTask { try await watch.run() } }
      for await cause in reloader.requests.stream.cancelOnGracefulShutdown() {
        await carryOut(cause)
      }
    }
  }

  /// Waits for a reload, but not longer than the service runs.
  private func carryOut(_ cause: ReloadCause) async {
    let (stream, end) = AsyncStream.makeStream(of: Void.self)
    Task {
      _ = await reloader.reload(cause)
      end.finish()
    }
    for await _ in stream.cancelOnGracefulShutdown() {}
  }

  private static func watch(_ reloader: Reloader) throws(SystemError) -> LoopService {
    let stops = try Mailbox<Void>()
    let stop: @Sendable () -> Void = { stops.put(()) }
    return LoopService(
      "file watch",
      body: {
        let reactor = try Reactor.open()
        var hasEnded = false
        let registration = stops.open(on: reactor) { _ in hasEnded = true }
        let folders = FolderWatch(
          on: reactor, paths: { reloader.watchedPaths }, changed: { reloader.request(.files) },
          failed: { reloader.report($0) })
        folders.begin()
        reactor.run { hasEnded }
        registration.cancel()
      }, stop: stop, abandon: stop)
  }
}
