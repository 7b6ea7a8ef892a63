import Glibc
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// One notification on its way through the chain.
package final class Pass {
  /// The notification.
  package let state: UnsafeMutablePointer<NotificationState>
  /// The place of the plugin that is next, or that it waits in.
  // One thread owns a pass and hands on no property of it by reference: the checks would guard nothing.
  @exclusivity(unchecked) package var position = 0
  @exclusivity(unchecked) package var action = Action.deliver
  /// A Boolean value that indicates whether no further plugin runs, although the action is to deliver.
  @exclusivity(unchecked) package var isFinal = false
  @exclusivity(unchecked) package var notes = Notes()
  /// Faults that earlier attempts at this notification showed, by the plugin's place: those plugins do not run.
  @exclusivity(unchecked) package var presumedFaults: [Int: PresumedFault] = [:]
  /// The caller's number of the notification.
  @exclusivity(unchecked) package var tag = 0

  @exclusivity(unchecked) var call: Plugin.Call?
  @exclusivity(unchecked) var events: [Event] = []
  /// The size of the payload, while it is too large.
  @exclusivity(unchecked) var oversize: Oversize?
  @exclusivity(unchecked) var measurement: Measurement
  /// The point before the running plugin.
  @exclusivity(unchecked) private(set) var savepoint: Savepoint
  /// The point before all plugins.
  @exclusivity(unchecked) private var origin: Savepoint
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

  /// An event of a plugin, by its place; counted once the notification is done.
  enum Event {
    case run(Int)
    /// The time of a run, in nanoseconds.
    case timed(Int, Int64)
    case edit(Int)
    case drop(Int)
    case wasClean(Int)
    case fault(Int, Fault.Kind)
    case uncountedFault(Int, Fault.Kind)
    case passedBy(Int)
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
    measurement = Measurement(JSONDocument(depthLimit: depthLimit + 1, duplicateKeys: .keepLast))
    origin = Savepoint(mark: state.pointee.document.mark())
    savepoint = origin
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Takes a line as the next notification.
  package func begin(_ bytes: UnsafeRawBufferPointer) throws(NotificationState.Unreadable) {
    reset()
    try state.pointee.read(bytes)
    noteOrigin()
  }

  /// Takes a request to content extensions as the next notification.
  package func begin(_ request: PresentationRequest) throws(NotificationState.Unreadable) {
    reset()
    try state.pointee.read(request)
    noteOrigin()
  }

  /// Takes a push as the next notification.
  package func begin(_ push: PushItem) throws(NotificationState.Unreadable) {
    reset()
    try state.pointee.read(push)
    noteOrigin()
  }

  private func noteOrigin() {
    origin = Savepoint(mark: state.pointee.document.mark(), attachments: state.pointee.attachments)
    savepoint = origin
  }

  /// A Boolean value that indicates whether content extensions present the notification.
  var isPresenting: Bool { state.pointee.presentation != nil }

  private func reset() {
    position = 0
    action = .deliver
    isFinal = false
    oversize = nil
    comparison = nil
    measurement.hasPayload = false
    events.removeAll(keepingCapacity: true)
    notes.removeAll()
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
    notes.skipped.append(Skip(name: plugin.definition.name, reason: reason))
  }

  /// Notes what a fault of the plugin that begins goes back to.
  func noteStart() {
    savepoint = Savepoint(
      mark: state.pointee.document.mark(), attachments: state.pointee.attachments,
      withdrawals: state.pointee.withdrawals.identifiers.count,
      delivery: state.pointee.delivery.change.entries.count, oversize: oversize)
  }

  /// Goes back to the line as it came in, with all plugins before it.
  func startAnew() {
    undoAll()
    state.pointee.forgetEffects()
    position = 0
    savepoint = origin
    measurement.hasPayload = false
    events.removeAll(keepingCapacity: true)
    notes.removeAll()
  }

  /// Undoes what the running plugin did.
  func undo() { goBack(to: savepoint) }

  /// Undoes what every plugin did.
  func undoAll() { goBack(to: origin) }

  private func goBack(to point: Savepoint) {
    state.pointee.document.rollBack(to: point.mark)
    state.pointee.presentation?.undo()
    state.pointee.attachments = point.attachments
    state.pointee.withdrawals.removeAll(from: point.withdrawals)
    state.pointee.undoDelivery(from: point.delivery)
    oversize = point.oversize
  }
}
