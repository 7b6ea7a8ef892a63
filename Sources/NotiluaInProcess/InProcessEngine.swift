import ConfigurationFiles
import Digests
import EventLoop
import Localization
import LuaSandbox
import NotificationModel
import Notilua
import PluginRuntime
import TimeZones
import WorkerHost
import WorkerProtocol

/// Plugins in this process.
final class InProcessEngine: ProcessorEngine {
  private let runner: BatchRunner
  private let reactor: Reactor
  let plugins: Set<String>

  init(_ definitions: [PluginDefinition], _ options: RunnerOptions, _ keys: KeyRing) throws(HostError) {
    reactor = try Reactor.open()
    Digest.prepare()
    var definitions = definitions
    let localizer = CompiledStrings.Memory(PluginDefinition.numberCatalogs(&definitions)).localizer
    let zones = CompiledZones.Memory(ZoneFolder.compiled).table
    var seeds = SystemRandomNumberGenerator()
    var plugins: [Plugin] = []
    for var definition in definitions {
      definition.limits.polls = true
      do {
        let plugin = try Plugin(
          definition: definition, seed: seeds.next(), localizer: localizer, zones: zones)
        if let fault = plugin.loadFault { throw HostError(.plugins, fault.message) }
        plugins.append(plugin)
      } catch let error as HostError {
        throw error
      } catch {
        throw HostError(.plugins, "\(definition.path): \(error)")
      }
    }
    self.plugins = Set(definitions.map(\.name))
    runner = BatchRunner(
      chain: Chain(
        plugins: plugins, depthLimit: options.depthLimit, zones: zones),
      options: options)
    runner.onRequest = { [unowned runner, definitions] ticket, plugin, request in
      let isGranted = definitions[plugin].capabilities.contains(request.capability)
      runner.answer(ticket, isGranted ? keys.answer(request) : .failure("not granted"))
    }
  }

  func run(_ queue: WorkQueue) {
    var isClosed = false
    let arrivals = queue.open(on: reactor) { [unowned self] work, isLast in
      for one in work { answer(one) }
      isClosed = isClosed || isLast
    }
    reactor.run { isClosed }
    arrivals.cancel()
  }

  private func answer(_ work: WorkQueue.Work) {
    runner.begin(quarantined: 0, identifiers: IdentifierSeed())
    run(work)
    runner.withResults { header, sections in
      guard header.records == 1 else { return }
      resume(
        work, sections[1].loadUnaligned(as: ResultRecord.self), output: sections[3], outcome: sections[4],
        effects: sections[6])
    }
  }

  private func run(_ work: WorkQueue.Work) {
    let now = wallClockSeconds()
    switch work.reply {
    case .outcome: work.line.withUnsafeBytes { runner.run(item: 0, $0, receivedAt: now) }
    case .presentation: work.line.withUnsafeBytes { runner.present(item: 0, $0, receivedAt: now) }
    }
  }
}
