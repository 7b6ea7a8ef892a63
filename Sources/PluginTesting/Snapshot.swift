import ConfigurationFiles
import FileReading
import Foundation
import NotificationModel
import Notilua

/// The outcomes of a case's lines in a file beside it: `tests/NAME.snapshots/CASE.json` for
/// `tests/NAME.yaml`.
package struct Snapshot: Sendable {
  /// The treatment of files that differ or are not there.
  package enum Mode: Sendable {
    /// Writes what is not there yet.
    case writeMissing
    /// Writes all anew, and removes what belongs to no case.
    case update
    /// Writes nothing.
    case never
  }

  /// The path of the file.
  package let path: String

  /// Finds the file of a case.
  package init(_ testCase: TestCase) {
    path = Self.folder(of: testCase.file) + "/" + Self.fileName(testCase.name) + ".json"
  }

  static func folder(of file: String) -> String {
    (file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file) + ".snapshots"
  }

  /// Letters and digits of the name, with dashes between; what two names would share is told apart by a digest.
  private static func fileName(_ name: String) -> String {
    var words = ""
    for character in name.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        words.append(character)
      } else if !words.hasSuffix("-"), !words.isEmpty {
        words.append("-")
      }
    }
    while words.hasSuffix("-") { words.removeLast() }
    // Two names that differ in capitals only must not share a file either.
    let isPlain = name == words.replacing("-", with: " ")
    if isPlain, !words.isEmpty, words.count <= 80 { return words }
    // FNV-1a (Fowler, Noll, Vo).
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return words.prefix(60) + "-" + String(digest >> 32, radix: 16)
  }

  // MARK: Text

  /// Returns the text of the file: nothing of it depends on the moment or on the machine.
  ///
  /// - Parameter paths: the paths of Lua files as messages have them, and as they are from the folder of plugins: a
  ///   snapshot says the same from wherever the tests are called.
  static func text(_ outcomes: [Outcome], paths: [String: String]) -> String {
    let ordered = paths.sorted { $0.key.count > $1.key.count }
    return outcomes.map { outcome in
      text(outcome) { message in
        ordered.reduce(message) { $0.replacing($1.key + ":", with: $1.value + ":") }
      }
    }.joined()
  }

  private static func text(_ outcome: Outcome, shown: (String) -> String) -> String {
    var text = ""
    write(value(outcome, shown: shown), indent: "", &text)
    return text + "\n"
  }

  /// Returns the part of an outcome that depends neither on the moment nor on the machine.
  static func value(_ outcome: Outcome, shown: (String) -> String = { $0 }) -> JSONValue {
    var members: [JSONValue.Member] = [.init("action", .string(outcome.action.rawValue))]
    if let reason = outcome.reason { members.append(.init("reason", .string(reason))) }
    if !outcome.withdrawals.isEmpty {
      members.append(.init("withdraw", .array(outcome.withdrawals.map { .string($0) })))
    }
    if !outcome.faults.isEmpty {
      members.append(
        .init(
          "faults",
          .array(
            outcome.faults.map {
              .object([
                .init("plugin", .string($0.plugin)), .init("kind", .string($0.kind.rawValue)),
                .init("message", .string(shown($0.message))),
              ])
            })))
    }
    if !outcome.log.isEmpty {
      members.append(
        .init("log", .array(outcome.log.map { .string("\($0.plugin): \($0.level): \(shown($0.text))") })))
    }
    if !outcome.warnings.isEmpty {
      members.append(.init("warnings", .array(outcome.warnings.map { .string($0) })))
    }
    if let attachments = (try? JSONValue(outcome.json))?["attachments"] {
      members.append(.init("attachments", attachments))
    }
    if !outcome.headers.isEmpty {
      members.append(
        .init(
          "headers",
          .object(
            outcome.headers.sorted { $0.key < $1.key }.map {
              .init($0.key, $0.value.map { .string($0) } ?? .null)
            })))
    }
    if let payload = try? JSONValue(outcome.payload) { members.append(.init("payload", payload)) }
    return .object(members)
  }

  /// JSON on several lines, where it does not fit on one.
  private static func write(_ value: JSONValue, indent: String, _ text: inout String) {
    let line = value.text
    if indent.count + line.count <= 100, !indent.isEmpty {
      text += line
      return
    }
    switch value {
    case .object(let members) where !members.isEmpty:
      text += "{\n"
      for (index, member) in members.enumerated() {
        text += indent + "  " + JSONValue.string(member.key).text + ": "
        write(member.value, indent: indent + "  ", &text)
        text += index + 1 < members.count ? ",\n" : "\n"
      }
      text += indent + "}"
    case .array(let elements) where !elements.isEmpty:
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += indent + "  "
        write(element, indent: indent + "  ", &text)
        text += index + 1 < elements.count ? ",\n" : "\n"
      }
      text += indent + "]"
    default: text += line
    }
  }

  // MARK: Comparing

  /// Returns the differences from the file, and whether it was written.
  ///
  /// - Parameter paths: as ``text(_:paths:)`` takes them.
  func check(_ outcomes: [Outcome], _ mode: Mode, paths: [String: String]) -> (
    failures: [TestFailure], isWritten: Bool
  ) {
    let new = Self.text(outcomes, paths: paths)
    let old: String
    do throws(HostError) {
      guard FileManager.default.fileExists(atPath: path) else {
        if mode != .never { return write(new) }
        let message = "'\(path)' is not there, and --ci writes none; run without it, and commit the file"
        return ([TestFailure("snapshot", message)], false)
      }
      // A checkout may have put carriage returns in.
      old = String(decoding: try readFile(path, .snapshot), as: UTF8.self).replacing("\r\n", with: "\n")
    } catch {
      return ([TestFailure("snapshot", error.message)], false)
    }
    if old == new { return ([], false) }
    if mode == .update { return write(new) }
    return ([failure(old, new)], false)
  }

  private func write(_ text: String) -> (failures: [TestFailure], isWritten: Bool) {
    do throws(HostError) {
      try writeText(text, to: path)
      return ([], true)
    } catch {
      return ([TestFailure("snapshot", error.message)], false)
    }
  }

  private func failure(_ old: String, _ new: String) -> TestFailure {
    let pieces = { (text: String) in
      text.components(separatedBy: "\n}\n").filter { !$0.isEmpty }.map { try? JSONValue($0 + "\n}") }
    }
    let (before, after) = (pieces(old), pieces(new))
    guard before.allSatisfy({ $0 != nil }) else {
      return TestFailure(
        "snapshot", "'\(path)' is not as notilua writes it; see what was changed there, or run with --update")
    }
    var differences: [JSONValue.Difference] = []
    for index in 0..<max(before.count, after.count) {
      let expected = index < before.count ? before[index] : nil
      let actual = index < after.count ? after[index] : nil
      if let expected, let actual {
        differences += actual.differences(from: expected)
      } else {
        differences.append(.init(path: "", expected: expected, actual: actual))
      }
    }
    let message = "is not as '\(path)' has it; if it is right now, run with --update"
    return differences.isEmpty
      ? TestFailure("snapshot", message, expected: old, actual: new)
      : TestFailure("snapshot", message, differences)
  }

  /// The files of snapshots in a folder of cases that belong to none of them.
  package static func stale(in folder: String, _ cases: [TestCase]) -> [String] {
    let kept = Set(cases.filter(\.expectation.isSnapshot).map { Snapshot($0).path })
    let entries = { (folder: String) in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map {
        "\(folder)/\($0)"
      }
    }
    return entries(folder).filter { $0.hasSuffix(".snapshots") }.flatMap(entries)
      .filter { $0.hasSuffix(".json") && !kept.contains($0) }
  }
}
