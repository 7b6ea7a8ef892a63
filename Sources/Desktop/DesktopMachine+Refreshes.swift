import NotificationModel
import NotificationViews
import Presentation

/// Texts that change as time goes on: relative times and countdowns of what is shown.
extension DesktopMachine {
  /// The time between two refreshes of a notification, in seconds: the second is for the last minute of a countdown.
  private static let paces = (usual: 60.0, countdown: 1.0)

  /// The seconds after which a refresh that failed is tried again.
  private static let retryPause = 5.0

  /// The most notifications that are refreshed: each keeps its picture for that.
  private static let limit = 100
  /// The most refreshes at once; further ones come a second later.
  private static let burst = 16

  /// A Boolean value that indicates whether one more notification may be refreshed as time goes on.
  var hasRoomForRefreshes: Bool { refreshes.count < Self.limit }

  /// The next instant, in seconds since 1970, at which something that is shown has to be refreshed; nil for none.
  package var nextRefresh: Double? { refreshes.values.min() }

  /// Returns a presentation with the texts of this moment.
  func resolved(
    _ presentation: NotificationPresentation, _ notification: PushNotification
  ) -> NotificationPresentation {
    presentation.resolved(at: date, language: notification.locales.first ?? "")
  }

  /// Plans the next refresh of what is shown, if there is one.
  mutating func planRefresh(_ id: UInt64) { refreshes[id] = entries[id].flatMap { nextRefresh(of: $0) } }

  /// Plans a refresh that the server has not shown once more.
  mutating func retryRefresh(_ id: UInt64) { refreshes[id] = date + Self.retryPause }

  private func nextRefresh(of entry: ShownNotification) -> Double? {
    guard entry.content.isRefreshed, entry.number != nil,
      let change = entry.content.presentation.nextChange(after: date)
    else {
      return nil
    }
    let ends = entry.content.presentation.countdownEnds.filter { $0 > date }
    if ends.contains(where: { $0 - date <= Self.paces.usual }) {
      return max(change, date + Self.paces.countdown)
    }
    let earliest = entry.content.refreshed.map { $0 + Self.paces.usual } ?? change
    // The last minute of a countdown begins on time.
    return min(max(change, earliest), ends.map { $0 - Self.paces.usual }.min() ?? .infinity)
  }

  /// Has the server show the texts of this moment; what it has closed, and what is on its way anyway, is left alone.
  mutating func refresh() {
    var count = 0
    for (id, due) in refreshes.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) where due <= date {
      guard let entry = entries[id], entry.number != nil, case .ready(let capabilities) = server else {
        refreshes[id] = nil
        continue
      }
      guard case .open = entry.state, !isReplaced(id), count < Self.burst else {
        refreshes[id] = date + Self.paces.countdown
        continue
      }
      count += 1
      refresh(entry, capabilities)
    }
  }

  /// Returns whether the server was asked to show a later notification in the place of one.
  private func isReplaced(_ id: UInt64) -> Bool {
    deliveries.contains {
      if case .asked(let entry, _) = $0.state {
        entry.id == id || entry.number == entries[id]?.number
      } else {
        false
      }
    }
  }

  private mutating func refresh(_ entry: ShownNotification, _ capabilities: ServerCapabilities) {
    let old = entry.content
    let presentation = resolved(old.presentation, old.notification)
    guard presentation != old.presentation else { return planRefresh(entry.id) }
    var answer = DesktopPresenter.Answer(presentation: presentation)
    answer.thumbnail = old.thumbnail
    var form = desktopForm(presentation, answer, capabilities)
    form.makeQuiet(capabilities.quirks)
    if let expiry = presentation.expiresAfter, form.timeout > 0 {
      // The server counts from anew.
      let left = old.shown + expiry - date
      guard left > 0 else {
        refreshes[entry.id] = nil
        return
      }
      form.setTimeout(left)
    }
    let content = ShownNotification.Content(
      notification: old.notification, presentation: presentation, replyAction: form.replyAction,
      isRefreshed: true, thumbnail: old.thumbnail, shown: old.shown, refreshed: date)
    entries.update(entry.id) { $0.state = .updating(.init(content: content, isRefresh: true)) }
    refreshes[entry.id] = nil
    effects.append(.show(.update(entry.id), form, replacing: entry.number))
  }
}

extension NotificationPresentation {
  /// The instants at which the view's countdowns end.
  fileprivate var countdownEnds: [Double] {
    (extended?.view.elements ?? []).compactMap { element in
      if case .countdown(let countdown) = element { countdown.end } else { nil }
    }
  }
}
