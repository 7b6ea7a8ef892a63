import Glibc
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// One notification on its way through the chain.
package final class Flight {
  /// The notification.
  package let state: UnsafeMutablePointer<NotificationState>
  /// The place of the plugin that is next, or that it waits in.
  // One thread owns a flight and passes no property of it by reference: the checks would guard nothing.
  @exclusivity(unchecked) package var position = 0
  @exclusivity(unchecked) package var action = Action.deliver
  /// A Boolean value that indicates whether no further plugin runs, although the action is to deliver.
  @exclusivity(unchecked) package var isFinal = false
  @exclusivity(unchecked) package var faults: [FaultRecord] = []
  @exclusivity(unchecked) package var reports: [Report] = []
  @exclusivity(unchecked) package var remarks: [Remark] = []
  @exclusivity(unchecked) package var skipped: [Skip] = []
  /// Faults that earlier attempts at this notification showed, by the plugin's place: those plugins do not run.
  @exclusivity(unchecked) package var presumedFaults: [Int: PresumedFault] = [:]
  /// The caller's number of the notification.
  @exclusivity(unchecked) package var tag = 0

  @exclusivity(unchecked) var call: Plugin.Call?
  @exclusivity(unchecked) var mark: JSONDocument.Mark
  @exclusivity(unchecked) var start: JSONDocument.Mark
  @exclusivity(unchecked) var withdrawalsBefore = 0
  @exclusivity(unchecked) var attachmentsBefore: NodeID = 0
  @exclusivity(unchecked) private var attachmentsAtStart: NodeID = 0
  @exclusivity(unchecked) var events: [Event] = []
  /// The plugin that made the payload too large, while it is.
  @exclusivity(unchecked) var oversize: (plugin: Int, size: Int, limit: Int)?
  @exclusivity(unchecked) private var oversizeBefore: (plugin: Int, size: Int, limit: Int)?
  /// The payload before the running plugin, for its patch.
  @exclusivity(unchecked) var before: JSONDocument
  @exclusivity(unchecked) var hasSnapshot = false
  @exclusivity(unchecked) var startedAt: Int64 = 0
  @exclusivity(unchecked) var elapsed: Int64 = 0
  /// A Boolean value that indicates whether the line is another, once that was looked at when the chain had
  /// ended.
  @exclusivity(unchecked) private var comparison: Bool?
  @exclusivity(unchecked) private var encoded = ByteBuffer(capacity: 64)

  /// The decision on the notification.
  package enum Action: Equatable {
    case deliver
    case drop(plugin: String, reason: String)
    /// A plugin's fault stops the run, by its policy.
    case halt(plugin: String, reason: String)
  }

  /// A fault that an earlier attempt showed.
  package struct PresumedFault {
    /// The kind of the fault.
    package var kind: Fault.Kind
    /// The message, without the plugin's name.
    package var message: String
    /// The place where it stopped and the local variables, where that is traced.
    package var trace = ""
    /// A Boolean value that indicates whether it is only that the payload grew too large, which depends on
    /// what was sent.
    package var isOfSize = false

    /// Creates a fault that stands for a run.
    package init(kind: Fault.Kind, message: String, trace: String = "", isOfSize: Bool = false) {
      self.kind = kind
      self.message = message
      self.trace = trace
      self.isOfSize = isOfSize
    }
  }

  /// An event of a plugin, by its place; counted once the notification is done.
  enum Event {
    case run(Int)
    case edit(Int)
    case drop(Int)
    case wasClean(Int)
    case fault(Int)
    case uncountedFault(Int)
    case passedBy(Int)
  }

  /// A fault, and what was done about it.
  package struct FaultRecord {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The kind of the fault.
    package var kind: Fault.Kind
    /// The policy that was applied; nil where the best attempt was kept.
    package var policy: FaultPolicy?
    /// The message, without the plugin's name.
    package var message: String
    /// The place where it stopped and the local variables there, where that is traced.
    package var trace = ""
  }

  /// The work of a plugin on the notification.
  package struct Report {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The time that it took.
    package var nanoseconds: Int64
    /// RFC 6902, as JSON.
    package var patch: String
    /// The most bytes of its Lua heap, where that is traced.
    package var memory: Int?
  }

  /// A remark on something that a plugin did and that changes nothing, for the outcome's warnings.
  package struct Remark {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The remark.
    package var text: String
  }

  /// A plugin that did not run.
  package struct Skip {
    /// The plugin's name.
    package var name: String
    /// The reason, as a clause.
    package var reason: String
  }

  /// Creates a notification without a line; throws where memory does not suffice.
  package init(depthLimit: Int, duplicateKeys: JSONDocument.DuplicateKeys) throws {
    state = .allocate(capacity: 1)
    do {
      state.initialize(to: try NotificationState(depthLimit: depthLimit, duplicateKeys: duplicateKeys))
    } catch {
      state.deallocate()
      throw error
    }
    before = JSONDocument(depthLimit: depthLimit + 1, duplicateKeys: .keepLast)
    mark = state.pointee.document.mark()
    start = mark
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Takes a line as the next notification.
  package func begin(_ bytes: UnsafeRawBufferPointer) throws(NotificationState.Unreadable) {
    reset()
    try state.pointee.read(bytes)
    start = state.pointee.document.mark()
    mark = start
  }

  /// Takes a request to content extensions as the next notification.
  package func begin(_ request: PresentationRequest) throws(NotificationState.Unreadable) {
    reset()
    try state.pointee.read(request)
    attachmentsAtStart = state.pointee.attachments
    start = state.pointee.document.mark()
    mark = start
  }

  /// A Boolean value that indicates whether content extensions present the notification.
  var isPresenting: Bool { state.pointee.presentation != nil }

  private func reset() {
    attachmentsAtStart = 0
    position = 0
    action = .deliver
    isFinal = false
    oversize = nil
    comparison = nil
    hasSnapshot = false
    events.removeAll(keepingCapacity: true)
    if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
    if !reports.isEmpty { reports.removeAll(keepingCapacity: true) }
    if !remarks.isEmpty { remarks.removeAll(keepingCapacity: true) }
    if !skipped.isEmpty { skipped.removeAll(keepingCapacity: true) }
    if !presumedFaults.isEmpty { presumedFaults.removeAll() }
  }

  /// A Boolean value that indicates whether the line is another than it came in, byte by byte.
  ///
  /// Edits may leave every byte: they may set what was there, or take each other back.
  var isChanged: Bool {
    guard state.pointee.document.isEdited else { return false }
    if let comparison { return comparison }
    encoded.removeAll()
    state.pointee.document.encodeAll(to: &encoded)
    return compare(encoded.bytes)
  }

  /// Compares the line as it stands now, which the caller has written, with the one that came in.
  @discardableResult
  func compare(_ line: UnsafeRawBufferPointer) -> Bool {
    let isSame = Self.isSame(line, state.pointee.document.originalText)
    comparison = !isSame
    return !isSame
  }

  /// The payload where it is another than the one that came in, byte by byte; the bytes are there until the next call.
  ///
  /// Nothing but the payload is ever edited, so that the line is another where the payload is.
  var changedPayload: UnsafeRawBufferPointer? {
    guard state.pointee.document.isEdited else { return nil }
    encoded.removeAll()
    let payload = state.pointee.line.payload(state.pointee.document)
    state.pointee.document.encode(payload, to: &encoded)
    let original = state.pointee.document.rawText(of: state.pointee.line.slot)
    comparison = !Self.isSame(encoded.bytes, original)
    return comparison == true ? encoded.bytes : nil
  }

  private static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count, let one = left.baseAddress, let other = right.baseAddress else {
      return left.count == right.count
    }
    return memcmp(one, other, left.count) == 0
  }

  var isDecided: Bool {
    if isFinal { return true }
    if case .deliver = action { return false }
    return true
  }

  func note(_ plugin: Plugin, whyNot reason: String) {
    skipped.append(Skip(name: plugin.definition.name, reason: reason))
  }

  /// Notes what a fault of the plugin that begins goes back to.
  func noteStart() {
    mark = state.pointee.document.mark()
    withdrawalsBefore = state.pointee.withdrawals.count
    attachmentsBefore = state.pointee.attachments
    oversizeBefore = oversize
  }

  /// Goes back to the line as it came in, with all plugins before it.
  func startAnew() {
    undoAll()
    state.pointee.forgetEffects()
    position = 0
    mark = start
    oversize = nil
    hasSnapshot = false
    events.removeAll(keepingCapacity: true)
    faults.removeAll(keepingCapacity: true)
    reports.removeAll(keepingCapacity: true)
    remarks.removeAll(keepingCapacity: true)
    skipped.removeAll(keepingCapacity: true)
  }

  /// Undoes what the running plugin did.
  func undo() {
    state.pointee.document.rollBack(to: mark)
    state.pointee.presentation?.undo()
    oversize = oversizeBefore
    state.pointee.attachments = attachmentsBefore
    state.pointee.removeWithdrawals(from: withdrawalsBefore)
  }

  /// Undoes what every plugin did.
  func undoAll() {
    state.pointee.document.rollBack(to: start)
    state.pointee.attachments = attachmentsAtStart
    state.pointee.removeWithdrawals(from: 0)
  }
}
