import Glibc
import Synchronization

/// The number of texts that a thread parses, for tests that hold how often a notification is read.
package enum ParseCount {
  /// The number of threads that count.
  private static let counting = Atomic<Int>(0)
  private static let counts = Mutex<[UInt: Int]>([:])

  private static var thread: UInt { UInt(bitPattern: Int(pthread_self())) }

  /// Counts a parse of this thread, where that is asked for.
  @inline(__always)
  static func note() { if counting.load(ordering: .relaxed) > 0 { noteCounted() } }

  private static func noteCounted() {
    let thread = thread
    counts.withLock { counts in
      if let count = counts[thread] { counts[thread] = count + 1 }
    }
  }

  /// Returns the number of texts that this thread parses while it runs a body.
  package static func during(_ body: () throws -> Void) rethrows -> Int {
    let thread = thread
    counts.withLock { $0[thread] = 0 }
    counting.add(1, ordering: .relaxed)
    defer { counting.subtract(1, ordering: .relaxed) }
    do {
      try body()
    } catch {
      counts.withLock { $0[thread] = nil }
      throw error
    }
    return counts.withLock { $0.removeValue(forKey: thread) ?? 0 }
  }
}
