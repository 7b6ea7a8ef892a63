import FoundationEssentials
import FoundationInternationalization
import NotificationViews

/// The texts of times that are told from now, in a person's language (CLDR).
package struct RelativeTime {
  /// Seconds since 1970.
  let now: Double
  private let locale: Locale

  /// - Parameter language: BCP 47; empty for English.
  package init(now: Double, language: String) {
    self.now = now
    let own = Locale(identifier: language.isEmpty ? "en" : language)
    locale = language.isEmpty || Self.hasWords(own) ? own : Locale(identifier: "en")
  }

  /// Returns whether CLDR has words for times in a language: without them there are signs, or a plural that no language has.
  private static func hasWords(_ locale: Locale) -> Bool {
    let text = distance(3600, locale)
    return text != "in 1 hours" && !text.contains { "+-".contains($0) }
  }

  private static func distance(_ seconds: Double, _ locale: Locale) -> String {
    let date = Date(timeIntervalSince1970: 0)
    return Date.AnchoredRelativeFormatStyle(
      anchor: date + seconds, presentation: .named, unitsStyle: .wide, locale: locale
    ).format(date)
  }

  /// Returns an instant as a distance from now, such as "in 5 minutes": whole minutes, hours or days, and "now" below a minute.
  package func distance(to instant: Double) -> String {
    let seconds = instant - now
    let unit = [86_400.0, 3600, 60].first { seconds.magnitude >= $0 } ?? .infinity
    // Without what is beyond whole units, which would be rounded to the next one.
    let whole = unit.isFinite ? (seconds / unit).rounded(.towardZero) * unit : 0
    return Self.distance(whole, locale)
  }

  /// Returns the time that is left until an instant: "4 days, 16 hr", "2 hr, 5 min", "12 min", "0:42".
  package func remaining(until instant: Double) -> String {
    let seconds = max((instant - now).rounded(.up), 0)
    if seconds <= 60 {
      return Duration.seconds(seconds).formatted(
        Duration.TimeFormatStyle(pattern: .minuteSecond).locale(locale))
    }
    // Whole minutes, and whole hours where there are days: the next larger, since what is left is never less.
    let unit = seconds > 86_400 ? 3600.0 : 60
    return Duration.seconds((seconds / unit).rounded(.up) * unit).formatted(
      Duration.UnitsFormatStyle(
        allowedUnits: [.days, .hours, .minutes], width: .abbreviated, maximumUnitCount: 2
      ).locale(locale))
  }

  /// Returns the next instant at which ``distance(to:)`` may say something else.
  func nextDistance(to instant: Double) -> Double {
    let seconds = instant - now
    guard let unit = [86_400.0, 3600, 60].first(where: { seconds.magnitude >= $0 }) else {
      return instant + 60
    }
    let whole = (seconds.magnitude / unit).rounded(.down)
    // What comes keeps its text until the whole is not reached any more; what is past, until there is one more.
    return seconds > 0 ? instant - whole * unit + 1 : instant + (whole + 1) * unit
  }

  /// Returns the next instant at which ``remaining(until:)`` says something else; nil once nothing is left.
  func nextRemaining(until instant: Double) -> Double? {
    let seconds = instant - now
    if seconds <= 0 { return nil }
    let unit = seconds <= 60 ? 1.0 : seconds > 86_400 ? 3600 : 60
    return instant - ((seconds / unit).rounded(.up) - 1) * unit
  }
}

extension NotificationPresentation {
  /// Returns the same with the texts of its relative times and countdowns.
  ///
  /// - Parameter date: seconds since 1970.
  package func resolved(at date: Double, language: String) -> NotificationPresentation {
    guard var content = extended, content.view.elements.contains(where: { !$0.instants.isEmpty }) else {
      return self
    }
    let time = RelativeTime(now: date, language: language)
    content.view = content.view.mapElements { $0.resolved(time) }
    var resolved = self
    resolved.extended = content
    return resolved
  }

  /// Returns the next instant, in seconds since 1970, at which a text says something else; nil where none changes.
  package func nextChange(after date: Double) -> Double? {
    let time = RelativeTime(now: date, language: "")
    let instants = extended?.view.elements.flatMap(\.instants) ?? []
    return instants.compactMap { instant in
      switch instant {
      case .distance(let instant): time.nextDistance(to: instant)
      case .countdown(let instant): time.nextRemaining(until: instant)
      }
    }.min()
  }
}

/// An instant whose text changes as time goes on.
private enum ShownInstant {
  case distance(Double)
  case countdown(Double)
}

extension ViewElement {
  fileprivate var instants: [ShownInstant] {
    func distances(_ runs: [TextRun]) -> [ShownInstant] {
      runs.compactMap(\.relativeTime).map { .distance($0) }
    }
    return switch self {
    case .countdown(let countdown): [.countdown(countdown.end)]
    case .text(let runs, _, _): distances(runs)
    case .columns(let columns): distances(columns.flatMap(\.cells).flatMap(\.runs))
    default: []
    }
  }

  fileprivate func resolved(_ time: RelativeTime) -> ViewElement {
    func texts(_ runs: [TextRun]) -> [TextRun] {
      runs.map { run in
        guard let instant = run.relativeTime else { return run }
        var run = run
        run.text = time.distance(to: instant)
        return run
      }
    }
    switch self {
    case .countdown(var countdown):
      countdown.text = time.remaining(until: countdown.end)
      return .countdown(countdown)
    case .text(let runs, let style, let alignment): return .text(texts(runs), style, alignment)
    case .columns(let columns):
      return .columns(
        columns.map { column in
          var column = column
          column.cells = column.cells.map { cell in
            if case .text(let runs, let style) = cell { .text(texts(runs), style) } else { cell }
          }
          return column
        })
    default: return self
    }
  }
}
