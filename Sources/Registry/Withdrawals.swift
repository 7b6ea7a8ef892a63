import GRDB
import NotificationModel

/// The queued pushes of registrations that have ended, which are withdrawn whatever happens to the process in between.
package actor Withdrawals {
  /// The registrations whose pushes are withdrawn at once.
  private static let limit = 1000

  private let file: RegistryFile
  private let bundleID: @Sendable (_ application: String) -> String?
  private let recall: @Sendable (_ names: [String]) async -> Bool
  private var running: Task<Result<Bool, RegistryError>, Never>?
  private var next: Task<Result<Bool, RegistryError>, Never>?

  /// Makes them over a registry and a queue.
  ///
  /// - Parameters:
  ///   - bundleID: the bundle id of an application; nil where there is none any more.
  ///   - recall: withdraws what goes by names; returns true once that holds whatever happens to the process.
  package init(
    _ file: RegistryFile, bundleID: @escaping @Sendable (_ application: String) -> String?,
    recall: @escaping @Sendable (_ names: [String]) async -> Bool
  ) {
    (self.file, self.bundleID, self.recall) = (file, bundleID, recall)
  }

  /// Withdraws what is to be withdrawn; returns false where the queue ends, and the next start goes on.
  package func run() async throws(RegistryError) -> Bool {
    // A pass that has not begun finds what is there by now.
    if let next { return try await next.value.get() }
    let before = running
    let pass = Task {
      _ = await before?.value
      begin()
      return await result()
    }
    next = pass
    return try await pass.value.get()
  }

  private func begin() { (running, next) = (next, nil) }

  private func result() async -> Result<Bool, RegistryError> {
    do throws(RegistryError) { return .success(try await withdraw()) } catch { return .failure(error) }
  }

  private func withdraw() async throws(RegistryError) -> Bool {
    while true {
      let due = try await due()
      guard !due.isEmpty else { return true }
      let names = due.compactMap { number, application in
        bundleID(application).map { NotificationName.text(Device.pushName(number), of: $0) }
      }
      if !names.isEmpty, await !recall(names) { return false }
      try await file.write { database in
        let statement = try database.cachedStatement(sql: "DELETE FROM withdrawal WHERE number = ?")
        for (number, _) in due { try statement.execute(arguments: [number]) }
      }
    }
  }

  private func due() async throws(RegistryError) -> [(number: Int64, application: String)] {
    try await file.read { database in
      try Row.fetchAll(
        database, sql: "SELECT number, application FROM withdrawal ORDER BY number LIMIT \(Self.limit)"
      ).map { (number: $0[0], application: $0[1]) }
    }
  }
}
