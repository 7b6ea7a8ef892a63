import NotificationModel
import WorkerProtocol

/// The outcome of one notification.
public struct Outcome: Sendable, Equatable {
  /// The action for a notification.
  public enum Action: String, Sendable {
    /// It goes on, as the chain left it.
    case deliver
    /// A plugin dropped it.
    case drop
    /// The line was no notification, or a plugin's fault stopped the run.
    case reject
  }

  /// The run of one plugin on the notification.
  public struct PluginRun: Sendable, Equatable {
    /// The name of the plugin.
    public var name: String
    /// The time that it ran, in microseconds.
    public var microseconds: Int
    /// The changes of the plugin, a JSON array (RFC 6902).
    public var patch: String
    /// The delivery headers that it changed, by their names; nil for one that it took out.
    public var headers: [String: String?] = [:]
    /// Time in nanoseconds, where it was traced.
    public var nanoseconds: Int?
    /// The most memory of its Lua heap in bytes, where it was traced.
    public var memory: Int?
  }

  /// A plugin that did not run, where it was traced.
  public struct SkippedPlugin: Sendable, Equatable {
    /// The name of the plugin.
    public var name: String
    /// The reason for which it did not run.
    public var reason: String
  }

  /// A file beside the payload, as `UNNotificationAttachment` has it.
  public struct Attachment: Sendable, Equatable {
    /// The name of the attachment; empty where the plugin gave it none.
    public var identifier: String
    /// The URL of the file.
    public var url: String
    /// Type hint and thumbnail, a JSON object.
    public var options: String
  }

  /// A line of Lua that wrote a property or a member of the payload.
  package struct Write: Sendable, Equatable {
    package var name: String
    package var place: String
  }

  /// A text that a plugin found by its key.
  public struct Localization: Sendable, Equatable {
    /// The name of the plugin.
    public var plugin: String
    /// The key.
    public var key: String
    /// The language that answered; nil where no catalog has the key.
    public var language: String?
    /// The path of the catalog.
    public var catalog: String?
    /// The problems of the text: what was missing, or did not fit.
    public var problems: [String]
  }

  /// A line that a plugin logged.
  public struct LogLine: Sendable, Equatable {
    /// The name of the plugin.
    public var plugin: String
    /// The level: debug, info, warn or error.
    public var level: String
    /// The text that it logged.
    public var text: String
  }

  /// The decision on the notification, and its cause.
  private struct Decision: Sendable, Equatable {
    var action = Action.deliver
    var reason: String?
    var plugin: String?
  }

  /// The parts that only a traced run has.
  private struct Trace: Sendable, Equatable {
    var skipped: [SkippedPlugin] = []
    var faults: [String] = []
    var deviceReason: String?
  }

  private var decision = Decision()
  private var trace = Trace()

  /// The action for a notification.
  public var action: Action {
    get { decision.action }
    set { decision.action = newValue }
  }
  /// `request.identifier`; empty where there is none.
  public var id = ""
  /// A Boolean value that indicates whether any plugin changed the payload or the delivery headers.
  public var isChanged = false
  /// The reason for which it was dropped or rejected.
  public var reason: String? {
    get { decision.reason }
    set { decision.reason = newValue }
  }
  /// The plugin that dropped it or stopped the run.
  public var plugin: String? {
    get { decision.plugin }
    set { decision.plugin = newValue }
  }
  /// The runs of the plugins, in order.
  public var plugins: [PluginRun] = []
  /// The plugins that did not run, where it was traced.
  public var skipped: [SkippedPlugin] {
    get { trace.skipped }
    set { trace.skipped = newValue }
  }
  /// The plugins' failures.
  public var faults: [Fault] = []
  /// The action on each fault: a policy's name, or `best_attempt`.
  public var faultResults: [String] = []
  /// The place of each fault with the local variables there, where it was traced; lines of text.
  public var faultTraces: [String] {
    get { trace.faults }
    set { trace.faults = newValue }
  }
  /// Earlier notifications, by id, that must not be shown any longer.
  public var withdrawals: [String] = []
  /// The warnings about the input.
  public var warnings: [String] = []
  /// The lines that the plugins logged.
  public var log: [LogLine] = []
  /// The texts that plugins asked for by key, with the catalogs that they were found in.
  public var localized: [Localization] = []
  /// The writes of Lua in a test: the names of properties and members, and the places of the lines.
  package var writes: [Write] = []
  /// The reason for which a device would not have run a service extension, where it was traced.
  public var deviceReason: String? {
    get { trace.deviceReason }
    set { trace.deviceReason = newValue }
  }
  /// The payload, changed or not: JSON; empty where the line was no notification.
  public var payload = ""
  /// The delivery headers that the plugins changed, such as `apns-push-type`, by their names; nil for one that is to be
  /// taken out.
  public var headers: [String: String?] = [:]
  /// The files that the plugins attached.
  public var attachments: [Attachment] = []
  /// The view of a content extension, where one was asked.
  package var presentation: PresentationAnswer.Made?
  /// The attachments as JSON.
  package var attachmentsJSON = "[]"
  /// The byte at which a rejected line is wrong.
  public var offset: Int?
  /// The whole outcome as the outcome form has it.
  public var json = ""
}
