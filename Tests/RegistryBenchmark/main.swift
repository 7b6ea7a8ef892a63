import Foundation
import GRDB
import Messaging
import Muting
import NotificationModel
import Registry

// What the registry costs beside the same SQLite without it: registrations of many callers at once, look-ups of a user's
// devices, messages to many users, memory, and the time to open the file. Prints figures, a line each.
//
//     RegistryBenchmark FOLDER [DEVICES [USERS]]

/// The devices that are registered: names and tokens in no order.
struct Sample: Sendable {
  /// The requests that are open at once.
  static let connections = 64
  /// The rows of a transaction of the plain inserts.
  static let batch = 64
  /// The users that are looked up.
  static let lookups = 20_000

  let deviceCount: Int
  let userCount: Int

  /// Returns 32 bytes that are a number's own and in no order, as tokens are.
  static func token(_ number: Int) -> [UInt8] {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678
    return (0..<4).flatMap { _ in
      state ^= state >> 30
      state &*= 0xBF58_476D_1CE4_E5B9
      state ^= state >> 27
      return withUnsafeBytes(of: state) { Array($0) }
    }
  }

  func registration(_ number: Int) -> Registration {
    let token = Self.token(number)
    var registration = Registration(
      application: "chat", environment: .production, user: "user-\(number % userCount)",
      // As long as a UUID.
      name: "device-\(Hex.encode(token.suffix(15)).prefix(29))", token: token)
    registration.locales = ["zh-Hans-CN", "en"]
    registration.timeZone = "Asia/Shanghai"
    return registration
  }
}

let words = Array(CommandLine.arguments.dropFirst())
guard let folder = words.first else {
  print("usage: RegistryBenchmark FOLDER [DEVICES [USERS]]")
  exit(64)
}
let sample = Sample(
  deviceCount: words.count > 1 ? Int(words[1]) ?? 1_000_000 : 1_000_000,
  userCount: words.count > 2 ? Int(words[2]) ?? 300_000 : 300_000)
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let start = ContinuousClock.now
  try await body()
  let time = (ContinuousClock.now - start).components
  return Double(time.seconds) + Double(time.attoseconds) * 1e-18
}

/// The memory of the process that is no file's, in MiB: what SQLite maps of the log goes back to the disk.
func memory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
  return (line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0) / 1024
}

// MARK: The plain inserts

/// Inserts the same rows into a file of the same form, by one connection, some in each transaction.
func plainInserts(_ sample: Sample, _ path: String) async throws -> Double {
  _ = try RegistryFile(path, [DeviceTables.register])
  var configuration = Configuration()
  configuration.prepareDatabase {
    try $0.execute(sql: "PRAGMA cache_size = -8192; PRAGMA secure_delete = FAST")
  }
  let queue = try DatabaseQueue(path: path, configuration: configuration)
  try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
  return try await seconds {
    for start in stride(from: 0, to: sample.deviceCount, by: Sample.batch) {
      try await queue.write { database in
        let statement = try database.cachedStatement(
          sql: """
            INSERT INTO device (application, user, name, token, environment, locales, time_zone, permission, badge, \
            hides_details, registered_at, changed_at, state) VALUES ('chat', ?, ?, ?, 'production', ?, ?, 23, 0, 0, 1, 1, 0)
            """)
        for number in start..<min(start + Sample.batch, sample.deviceCount) {
          let device = sample.registration(number)
          try statement.execute(arguments: [
            device.user, device.name, Data(device.token), device.locales.joined(separator: ","),
            device.timeZone,
          ])
        }
      }
    }
  }
}

// MARK: Registrations

func registrations(_ sample: Sample, _ file: RegistryFile) async throws -> Double {
  try await seconds {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for connection in 0..<Sample.connections {
        group.addTask {
          for number in stride(from: connection, to: sample.deviceCount, by: Sample.connections) {
            let device = sample.registration(number)
            _ = try await file.write { try DeviceStore.register(device, at: 1, in: $0) }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// Looks users up in turn, by the registry and by the statement alone; returns the seconds of each.
func lookUps(_ sample: Sample, _ file: RegistryFile) async throws -> (registry: Double, plain: Double) {
  let users = (0..<Sample.lookups).map { "user-\($0 * 104_729 % sample.userCount)" }
  var found = 0
  let registry = try await seconds {
    found += try await file.read { database in
      try users.reduce(0) {
        try $0 + DeviceStore.devices(of: [$1], application: "chat", in: database).count
      }
    }
  }
  let plain = try await seconds {
    found -= try await file.read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT * FROM device WHERE state < 3 AND application = 'chat' AND user = ? ORDER BY number")
      return try users.reduce(0) { try $0 + Row.fetchAll(statement, arguments: [$1]).count }
    }
  }
  precondition(found == 0, "the registry finds other devices than SQLite")
  return (registry, plain)
}

func manyUsers(_ file: RegistryFile) async throws -> (devices: Int, seconds: Double) {
  var count = 0
  let time = try await seconds {
    count = try await file.read {
      try DeviceStore.devices(of: (0..<500).map { "user-\($0)" }, application: "chat", in: $0).count
    }
  }
  return (count, time)
}

func shown(_ number: Double) -> String { String(format: "%.2f", number) }

let plain = try await plainInserts(sample, "\(folder)/plain")
print("plain inserts, \(Sample.batch) a transaction: \(Int(Double(sample.deviceCount) / plain)) a second")
try FileManager.default.removeItem(atPath: "\(folder)/plain")
let path = "\(folder)/registry"
let tables: [RegistryFile.Tables] = [DeviceTables.register, MuteTables.register, MessageSchema.register]
do {
  let file = try RegistryFile(path, tables)
  let time = try await registrations(sample, file)
  print(
    "registrations of \(Sample.connections) callers: \(Int(Double(sample.deviceCount) / time)) a second, \(shown(plain / time)) of the plain inserts"
  )
  _ = try await lookUps(sample, file)
  let times = try await lookUps(sample, file)
  print(
    "a user's devices: \(shown(times.registry / Double(Sample.lookups) * 1e6)) µs, \(shown(times.registry / times.plain)) of the plain SELECT"
  )
  let users = try await manyUsers(file)
  print("500 users with \(users.devices) devices: \(shown(users.seconds * 1000)) ms")
  let messages = try await Messages(file).send(sample.userCount)
  print(
    "a message to \(Messages.recipients) users with \(messages.devices) devices: \(shown(messages.median * 1000)) ms to the commit, the longest of \(Messages.count) \(shown(messages.longest * 1000)) ms; then \(messages.rate) pushes a second"
  )
  print("memory with \(sample.deviceCount) devices: \(memory()) MiB")
}
var opened: RegistryFile?
let opening = try await seconds {
  let file = try RegistryFile(path, tables)
  _ = try await file.read { try DeviceStore.counts(in: $0) }
  opened = file
}
print("open: \(shown(opening * 1000)) ms")
_ = opened
