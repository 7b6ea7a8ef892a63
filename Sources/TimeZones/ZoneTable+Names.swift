import NotificationModel

extension ZoneTable {
  /// Returns why a name is that of no zone, and what to do, as a clause.
  package func problem(with name: String) -> String {
    if isEmpty { return "there are no time zones here, since /usr/share/zoneinfo has none; install tzdata" }
    let hint = meantName(by: name).map { "did you mean '\($0)'?" }
    return "there is no time zone '\(name.prefix(100))'; "
      + (hint ?? "write one of IANA's database, such as 'Europe/Rome'")
  }

  /// The most wrong names that are compared with all: senders of notifications choose them, and it takes time.
  private static let hintLimit = 200

  private func meantName(by name: String) -> String? {
    // No zone's name is as long, and what is remembered must stay small.
    guard name.utf8.count <= 100 else { return nil }
    if let known = hints[name] { return known }
    guard hints.count < Self.hintLimit else { return nil }
    let small = name.lowercased()
    let found =
      ["z", "utc", "gmt"].contains(small)
      ? "UTC" : names.first { $0.lowercased() == small } ?? nearestName(to: name)
    hints[name] = .some(found)
    return found
  }

  /// Returns the name that another is a misspelling of; an abbreviation or an offset, such as "CEST" and "GMT+2", is near
  /// to names of other times.
  private func nearestName(to name: String) -> String? {
    let isRegion = name.contains("/") && !name.lowercased().hasPrefix("etc/")
    let isWord = name.utf8.count > 4 && name.allSatisfy { $0.isLetter || $0 == " " || $0 == "_" }
    guard isRegion || isWord else { return nil }
    return Suggestion.nearest(to: name, among: names.filter { !$0.contains(where: \.isNumber) })
  }
}
