import LosslessJSON
import NotificationModel

// The reports of outcomes: what each plugin changed, and how long it took.

extension Chain {
  func snapshot(_ flight: Flight, _ document: inout JSONDocument) -> Bool {
    buffer.removeAll()
    let state = flight.state
    state.pointee.document.encode(state.pointee.line.payload(state.pointee.document), to: &buffer)
    return (try? document.parse(buffer.bytes)) != nil
  }

  func report(_ flight: Flight, _ index: Int, memory: Int) {
    var patch = "[]"
    if flight.state.pointee.document.isEdited(since: flight.mark) {
      if flight.hasSnapshot, snapshot(flight, &after) {
        // What there is to say of a payload is not much more than the payload.
        let limit = 4096 + 4 * flight.state.pointee.document.originalText.count
        patch = JSONPatch.operations(from: flight.before, to: after, limit: limit)
      }
      flight.hasSnapshot = snapshot(flight, &flight.before)
    }
    tallies[index].nanoseconds += flight.elapsed
    flight.reports.append(
      .init(
        plugin: index, nanoseconds: flight.elapsed, patch: patch,
        memory: isTracing ? memory : nil))
  }
}
