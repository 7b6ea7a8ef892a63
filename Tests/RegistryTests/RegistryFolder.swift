import Composition
import Foundation
import GRDB
import NotificationModel
import Registry

/// A registry in a folder of its own.
enum RegistryFolder {
  static func withPath<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.appending(path: "registry.db").path)
  }

  /// A registry with the tables of devices.
  static func withFile<Value>(_ body: (RegistryFile) async throws -> Value) async throws -> Value {
    try await withPath { path in
      let file = try RegistryFile(path, [DeviceTables.register])
      return try await body(file)
    }
  }
}

extension Registration {
  init(_ user: String, _ name: String, _ token: [UInt8], application: String = "chat") {
    self.init(application: application, environment: .production, user: user, name: name, token: token)
  }
}

extension RegistryFile {
  func register(_ registration: Registration, at now: Int64 = 1000) async throws -> Registered {
    try await write { try DeviceStore.register(registration, at: now, in: $0) }
  }

  func device(_ name: String, application: String = "chat") async throws -> Device? {
    try await read { try DeviceStore.device(name, application: application, in: $0) }
  }

  /// The numbers of registrations whose pushes are to be withdrawn.
  func withdrawals() async throws -> [Int64] {
    try await read { try Int64.fetchAll($0, sql: "SELECT number FROM withdrawal ORDER BY number") }
  }
}
