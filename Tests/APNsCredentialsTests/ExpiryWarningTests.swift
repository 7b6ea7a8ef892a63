import APNsCredentials
import CredentialSamples
import Foundation
import NotificationModel
import Testing

/// Warnings about the end of certificates.
struct ExpiryWarningTests {
  @Test(
    arguments: [
      (400, nil, ""), (31, nil, ""), (30, .month, "in 30 days"), (8, .month, "in 8 days"),
      (7, .week, "in 7 days"),
      (2, .week, "in 2 days"), (1, .day, "in 1 day;"), (0, .day, "in less than a day"),
      (-1, .expired, "expired on"),
    ] as [(Int64, ExpiryWarning.Level?, String)])
  func warnsByTheDaysLeft(_ days: Int64, _ level: ExpiryWarning.Level?, _ text: String) throws {
    var facts = try PushFiles.facts([])
    facts.notAfter = facts.notBefore + 800 * 86_400
    let warning = facts.expiryWarning(now: facts.notAfter - days * 86_400 - (days == 0 ? 60 : 0))
    #expect(warning?.level == level)
    #expect(warning.map { $0.message.contains(text) } ?? text.isEmpty, "\(warning?.message ?? "")")
    #expect(warning?.isError ?? false == (days < 0))
  }

  @Test func daysAreThoseOfTheCalendar() throws {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "yyyy-MM-dd"
    for day in stride(from: Int64(-20_000), to: 60_000, by: 7) {
      let seconds = day * 86_400 + 86_399
      #expect(
        ExpiryWarning.date(seconds) == format.string(from: Date(timeIntervalSince1970: Double(seconds))))
    }
  }

  @Test func whatIsNotValidYetIsAnError() throws {
    let facts = try PushFiles.facts([], days: 5...370)
    #expect(facts.expiryWarning(now: facts.notBefore)?.level == nil)
    #expect(facts.expiryWarning(now: facts.notBefore - 1)?.level == .notYet)
    #expect(facts.expiryWarning(now: .min)?.isError == true)
    #expect(facts.expiryWarning(now: .max)?.isError == true)
  }
}
