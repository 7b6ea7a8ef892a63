import LosslessJSON
import NotificationModel

// The reports of outcomes: what each plugin changed, and how long it took.

extension Chain {
  func snapshot(_ pass: Pass, _ document: inout JSONDocument) -> Bool {
    buffer.removeAll()
    let state = pass.state
    state.pointee.document.encode(state.pointee.line.payload(state.pointee.document), to: &buffer)
    return (try? document.parse(buffer.bytes)) != nil
  }

  func report(_ pass: Pass, _ index: Int, memory: Int) {
    var patch = "[]"
    if pass.state.pointee.document.isEdited(since: pass.savepoint.mark) {
      if pass.measurement.hasPayload, snapshot(pass, &after) {
        // What there is to say of a payload is not much more than the payload.
        let limit = 4096 + 4 * pass.state.pointee.document.originalText.count
        patch = JSONPatch.operations(from: pass.measurement.payload, to: after, limit: limit)
      }
      pass.measurement.hasPayload = snapshot(pass, &pass.measurement.payload)
    }
    pass.notes.reports.append(
      .init(
        plugin: index, nanoseconds: pass.measurement.elapsed, patch: patch,
        headers: pass.state.pointee.delivery.change.members { $0.plugin == index },
        memory: isTracing ? memory : nil))
  }
}
