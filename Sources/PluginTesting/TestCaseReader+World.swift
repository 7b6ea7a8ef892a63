import ConfigurationFiles
import FileReading
import Foundation
import LosslessJSON
import NotificationModel
import Notilua
import WorkerProtocol
import Yams

// What a case says of the machine: clock, time zone and keys.

extension TestCaseReader {
  /// Reads what the case says of the machine.
  func readWorld(_ key: String, _ value: Node, _ result: inout TestCase) throws(HostError) {
    switch key {
    case "now": result.now = try moment(value)
    case "time_zone":
      result.timeZone = try timeZone(value)
      result.fixedConditions.insert(.timeZone)
    case "seed":
      result.seed = UInt64(try reader.integer(value, "seed", 0...Int.max))
      result.fixedConditions.insert(.seed)
    case "keys": result.keys = try keys(value)
    default:
      let strings = try reader.strings(value)
      for (path, place) in zip(strings.catalogs, strings.places) {
        guard fileBound == nil || PluginFolder.real(path).hasPrefix(fileBound ?? "") else {
          throw HostError(.usage, "\(place): '\(path)' is not below the folder of the tests; put it there")
        }
      }
      result.strings = strings
      result.files += strings.catalogs
    }
  }

  func moment(_ node: Node) throws(HostError) -> Double {
    let text = try reader.text(node, "now")
    // To the end of the year 9999, as people write years.
    if let seconds = Double(text), (0...253_402_300_799).contains(seconds) { return seconds }
    let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    if Self.isPossible(text) {
      for style in styles { if let date = try? style.parse(text) { return date.timeIntervalSince1970 } }
    }
    throw reader.error(
      node, "now is '\(text)'; write it as 2026-01-31T22:30:00Z, or in seconds since 1970")
  }

  /// Returns a Boolean value that indicates whether the calendar has the day and the day the time:
  /// Foundation would go on counting.
  private static func isPossible(_ text: String) -> Bool {
    guard let match = text.prefixMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return (1...days).contains(day) && match.4 < "24" && match.5 < "60" && match.6 < "60"
  }

  func timeZone(_ node: Node) throws(HostError) -> String {
    let name = try reader.text(node, "time_zone")
    // The C library reads a name that is no file as POSIX has it, with another sign.
    let isFile = !name.contains("..") && PluginFolder.isFile("/usr/share/zoneinfo/\(name)")
    guard name == "UTC" || isFile else {
      throw reader.error(
        node,
        "time_zone is '\(name)', which this machine does not know; write it as Europe/Berlin, and see that tzdata is installed"
      )
    }
    return name
  }

  func keys(_ node: Node) throws(HostError) -> [String: [UInt8]] {
    var keys: [String: [UInt8]] = [:]
    for (name, value) in try reader.members(node, "keys", nil) {
      guard let key = Hex.decode(Array(try reader.text(value, "keys.\(name)").utf8)), key.count == 32 else {
        throw reader.error(value, "keys.\(name) is not a key of 64 hexadecimal digits; quote it")
      }
      keys[name] = key
    }
    return keys
  }
}
