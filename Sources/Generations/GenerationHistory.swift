/// The generations that are kept, of which one is in force.
struct GenerationHistory {
  /// The most generations that are kept, with the one in force.
  static let limit = 3

  /// The generations by their numbers, the highest last.
  private(set) var all: [Generation]
  private var currentNumber: Int
  /// The number of the generation that was in force before; nil for none.
  private(set) var previous: Int?
  private var lastNumber: Int
  /// The digests of generations that someone has rolled back from, which only an order by hand puts in force again.
  private var setAside: Set<String> = []

  init(_ first: Generation) {
    all = [first]
    currentNumber = first.number
    lastNumber = first.number
  }

  /// The generation in force.
  var current: Generation { all.first { $0.number == currentNumber } ?? all[all.count - 1] }
  /// The number of the next generation.
  var next: Int { lastNumber + 1 }

  /// Returns a generation that is kept; nil where it is not.
  subscript(number: Int) -> Generation? { all.first { $0.number == number } }

  /// Returns true where someone has rolled back from a content with this digest.
  func isSetAside(_ digest: String) -> Bool { setAside.contains(digest) }

  /// Puts a new generation in force; beyond the limit the oldest goes that was not in force just before.
  mutating func add(_ generation: Generation) {
    all.append(generation)
    lastNumber = generation.number
    setAside.remove(generation.content.digest)
    enter(generation.number)
    while all.count > Self.limit,
      let oldest = all.first(where: { $0.number != currentNumber && $0.number != previous })
    {
      all.removeAll { $0.number == oldest.number }
    }
  }

  /// Puts a generation that is kept in force again.
  mutating func activate(_ number: Int, at time: Int64) {
    guard let index = all.firstIndex(where: { $0.number == number }) else { return }
    setAside.insert(current.content.digest)
    setAside.remove(all[index].content.digest)
    all[index].activatedAt = time
    enter(number)
  }

  /// Takes over a content that does what the one in force does: its files have other bytes, such as comments of the configuration.
  mutating func renew(_ content: GenerationContent) {
    guard let index = all.firstIndex(where: { $0.number == currentNumber }) else { return }
    all[index] = Generation(
      number: currentNumber, content: content, activatedAt: all[index].activatedAt)
  }

  private mutating func enter(_ number: Int) {
    previous = currentNumber
    currentNumber = number
  }
}
