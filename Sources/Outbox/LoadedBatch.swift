import Foundation
import OutboxRecords

/// A row of many notifications, with a bit for each that has left it.
package struct LoadedBatch {
  /// The number of its notifications that have not left it.
  package private(set) var left: Int
  private(set) var gone: [UInt8]

  /// - Parameter known: the bits that the file has.
  package init(count: Int, gone known: Data? = nil) {
    gone = [UInt8](repeating: 0, count: (count + 7) / 8)
    for (place, byte) in (known ?? Data()).enumerated() where place < gone.count { gone[place] = byte }
    left = count - gone.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Notes that a notification has left the row.
  mutating func leave(_ index: Int) {
    guard !isGone(index) else { return }
    gone[index >> 3] |= 1 << UInt8(index & 7)
    left -= 1
  }

  /// Returns a Boolean value that indicates whether a notification has left the row.
  package func isGone(_ index: Int) -> Bool {
    gone.indices.contains(index >> 3) && gone[index >> 3] & 1 << UInt8(index & 7) != 0
  }
}

/// The batches that are in memory, by their number.
struct LoadedBatches {
  private var batches: [Int64: LoadedBatch] = [:]

  subscript(id: Int64) -> LoadedBatch? { batches[id] }

  mutating func add(_ batch: LoadedBatch, _ id: Int64) { batches[id] = batch }

  /// Notes that a notification has left its batch.
  mutating func leave(_ ticket: UInt64) {
    batches[OutboxBatch.batch(of: ticket)]?.leave(OutboxBatch.index(of: ticket))
  }

  /// Forgets those of which nothing is left.
  mutating func removeEmpty(_ ids: Set<Int64>) {
    for id in ids where batches[id]?.left == 0 { batches[id] = nil }
  }
}
