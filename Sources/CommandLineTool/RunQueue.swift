import APNs
import APNsCredentials
import CommandSupport
import ConfigurationFiles
import Delivery
import Desktop
import EventLoop
import Notilua
import Outbox
import Pipeline
import PrometheusMetrics

/// Makes what brings a run's notifications to its sink: a file, or memory.
struct RunQueue {
  private let plan: RunPlan
  private let reactor: Reactor

  /// - Parameter reactor: the loop of the run.
  init(_ plan: RunPlan, on reactor: Reactor) {
    self.plan = plan
    self.reactor = reactor
  }

  /// Makes the queue; nil where lines are written, which have no queue.
  ///
  /// - Parameter options: given the audit's file, where the outbox has opened it.
  func make(_ options: inout Run.Options) throws(HostError) -> (any DeliveryQueue)? {
    if plan.sink == .desktop { return memoryQueue(try DesktopSink(plan.configuration, on: reactor)) }
    let registry = options.metering?.registry
    let sink = try plan.apns.map { apns throws(HostError) in
      try self.sink(apns.options, apns.store, registry, options.tell)
    }
    if let path = plan.outbox { return try outbox(path, sink, &options) }
    return sink.map { memoryQueue($0) }
  }

  private func memoryQueue(_ sink: any NotificationSink) -> MemoryQueue {
    var options = MemoryQueue.Options()
    options.retriesFor = plan.retriesFor
    options.staysOpen = plan.follows
    return MemoryQueue(sink, options, on: reactor)
  }

  private func outbox(
    _ path: String, _ sink: (any NotificationSink)?, _ options: inout Run.Options
  ) throws(HostError) -> any DeliveryQueue {
    try options.checkOutbox(path)
    var outboxOptions = OutboxOptions(plan.configuration.outbox)
    outboxOptions.lingersFor = plan.lingersFor
    outboxOptions.keepsRepeatsFor = plan.keepsRepeatsFor
    // Senders wait for the commit: their time is worth more than a commit's price.
    if plan.keepsRepeatsFor != nil { outboxOptions.busyCommitDelay = .milliseconds(8) }
    outboxOptions.staysOpen = plan.follows
    let audit = try options.openAudit()
    do throws(OutboxError) {
      let outbox = try Outbox(
        path, outboxOptions, sink: sink, audit: audit.map { AuditLog($0) }, on: reactor)
      if let registry = options.metering?.registry {
        let metrics = OutboxMetrics(registry, path)
        metrics.watch(outbox)
        options.metering?.atEnd = { metrics.read() }
      }
      return outbox
    } catch {
      throw HostError(.output, error.description)
    }
  }

  /// The sink, which looks after its credentials as they change on disk.
  private func sink(
    _ options: APNsOptions, _ store: CredentialStore, _ registry: MetricRegistry?,
    _ tell: ((String) -> Void)?
  ) throws(HostError) -> APNsSink {
    let watch = try CredentialWatch(store) {
      if let tell { tell($0) } else { _ = fail(HostError(.usage, $0)) }
    }
    var options = options
    if let registry {
      options.metrics = APNsMetrics(registry, watch.current, topic: options.topic)
      watch.metrics = CredentialMetrics(registry, watch.current)
    }
    let sink: APNsSink
    do {
      sink = try APNsSink(watch.current, options, on: reactor)
    } catch let error as HostError {
      throw error
    } catch {
      throw HostError(.output, "no thread for APNs; look at the limits of processes and threads (ulimit -u)")
    }
    sink.reload = { watch.changed() }
    return sink
  }
}
