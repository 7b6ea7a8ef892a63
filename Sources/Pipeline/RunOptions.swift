import ConfigurationFiles
import Delivery
import WorkerProtocol

extension Run {
  /// The form of a line of output.
  package enum Emission: String, Sendable, CaseIterable {
    case payloads
    case outcomes
    /// The result of each notification at the sink.
    case deliveries
  }

  /// A receiver of people's responses to notifications.
  package enum ResponseTarget {
    /// A command of the shell, with the name that messages call it by.
    case command(String, name: String)
    case receiver(any ResponseReceiver)

    /// Returns the receiver; a command is started.
    func receiver() throws(HostError) -> any ResponseReceiver {
      switch self {
      case .command(let command, let name): try ResponseCommand(command, name: name)
      case .receiver(let receiver): receiver
      }
    }
  }

  /// The options of a run.
  package struct Options {
    /// The inputs in order.
    package var inputs = [RunInput.standardInput]
    package var emission = Emission.payloads
    /// The descriptor of the output; -1 where nothing is written.
    package var output: Int32 = 1
    /// The files and commands that are written to beside the output.
    package var files: [RunChannel: RunChannel.Place] = [:]
    /// The audit's file, where the outbox has opened it already.
    package var auditFile: LineFile?
    /// The descriptor of messages for people; -1 for none.
    package var errors: Int32 = 2
    /// Given messages for people instead, such as those of a log.
    package var tell: ((String) -> Void)?
    package var showsProgress = false
    package var showsSummary = true
    /// The queue that brings the chain's notifications to a sink; nil where the output is the sink.
    package var queue: (any DeliveryQueue)?
    /// The receiver of responses that are not written to a file.
    package var responses: ResponseTarget?
    /// The observer of what becomes of pushes; nil for none, which costs nothing.
    package var observer: (any RunObserver)?
    /// The metrics; nil where there is no reader.
    package var metering: Metering?
    /// Catches the signals that ask for an end.
    package var catchStops: () -> RunStops = RunStops.caught

    package init() {}

    /// Looks whether the run reads or writes its outbox as something else, before that is opened.
    package func checkOutbox(_ path: String) throws(HostError) { try RunPlaces(self).check(outbox: path) }

    /// Opens the audit, which the run and its outbox write to together.
    package mutating func openAudit() throws(HostError) -> LineFile? {
      guard let place = files[.audit], let path = place.path else { return nil }
      auditFile = try RunFiles.openFile(path, place.name)
      return auditFile
    }

    /// The part of each notification that the workers give back.
    private var content: ResultContent {
      if queue != nil { return emission == .payloads ? .linesAndPayloads : .payloads }
      return emission == .payloads ? .lines : .none
    }

    /// The form of what the workers write.
    func runnerOptions(_ base: RunnerOptions) -> RunnerOptions {
      var runner = base
      runner.content = content
      runner.writesOutcomes = emission == .outcomes || files[.audit] != nil || observer != nil
      return runner
    }
  }
}
