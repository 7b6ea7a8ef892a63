/// A warning about the time that a certificate has left.
package struct ExpiryWarning: Sendable, Equatable, CustomStringConvertible {
  /// The urgency, by the time that is left.
  package enum Level: Int, Sendable, Comparable {
    /// 30 days or less.
    case month
    /// 7 days or less.
    case week
    /// 1 day or less.
    case day
    /// It is not valid yet.
    case notYet
    /// It is valid no longer.
    case expired

    /// Returns whether the right level is more urgent.
    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// The urgency.
  package var level: Level
  /// Whole days left, rounded down; negative where none are.
  package var days: Int
  /// One clause: what, when, and the next step.
  package var message: String

  /// True when APNs refuses the certificate now.
  package var isError: Bool { level >= .notYet }

  /// The message.
  package var description: String { message }

  /// Nil where there are more than 30 days left; times are in seconds since 1970.
  init?(notBefore: Int64, notAfter: Int64, now: Int64) {
    let left = notAfter.subtractingReportingOverflow(now).partialValue
    days = Int((Double(left) / 86_400).rounded(.down))
    let next = "renew it in the developer account"
    if left < 0 {
      (level, message) = (.expired, "expired on \(Self.date(notAfter)); \(next)")
    } else if notBefore > now {
      (level, message) = (.notYet, "is not valid before \(Self.date(notBefore)); check this machine's clock")
    } else if left <= 30 * 86_400 {
      level = left <= 86_400 ? .day : left <= 7 * 86_400 ? .week : .month
      message =
        "expires on \(Self.date(notAfter)), in \(days < 1 ? "less than a day" : days == 1 ? "1 day" : "\(days) days"); \(next)"
    } else {
      return nil
    }
  }

  /// Returns a day of UTC as 2027-01-31.
  package static func date(_ seconds: Int64) -> String {
    // Days since 1 March of the year 0, in eras of 400 years, which all have as many days.
    let days = Int((Double(seconds) / 86_400).rounded(.down)) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month < 10 ? 0 : 1)
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month < 10 ? month + 3 : month - 9))-\(two(day))"
  }
}

extension CertificateFacts {
  /// Returns the warning at `now`, in seconds since 1970; nil where more than 30 days are left.
  package func expiryWarning(now: Int64) -> ExpiryWarning? {
    ExpiryWarning(notBefore: notBefore, notAfter: notAfter, now: now)
  }
}

extension Credential {
  /// Returns the warning at `now`, in seconds since 1970; nil for a key, which does not expire.
  package func expiryWarning(now: Int64) -> ExpiryWarning? {
    switch secret {
    case .key: nil
    case .certificate(let certificate): certificate.facts.expiryWarning(now: now)
    }
  }
}
