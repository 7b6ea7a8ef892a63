/// Answers by small numbers: a million pushes have a handful of different ones.
struct AnswerTable: Sendable {
  /// The different answers that are kept whole; more are kept without what differs from push to push.
  static let limit = 16_384

  private var numbers: [DoorAnswer: UInt16] = [:]
  private var answers: [(answer: DoorAnswer, uses: Int)] = []
  private var free: [UInt16] = []

  /// Returns the number of an answer, and counts a use of it.
  mutating func number(of answer: DoorAnswer) -> UInt16 {
    if let number = numbers[answer] {
      answers[Int(number)].uses += 1
      return number
    }
    // What is plain has a few hundred values: the reasons that APNs has.
    guard numbers.count < Self.limit || answer == answer.plain else { return number(of: answer.plain) }
    let number: UInt16
    if let last = free.popLast() {
      number = last
      answers[Int(number)] = (answer, 1)
    } else {
      number = UInt16(answers.count)
      answers.append((answer, 1))
    }
    numbers[answer] = number
    return number
  }

  /// Returns the answer of a number.
  subscript(_ number: UInt16) -> DoorAnswer { answers[Int(number)].answer }

  /// Ends a use of a number.
  mutating func release(_ number: UInt16) {
    answers[Int(number)].uses -= 1
    guard answers[Int(number)].uses == 0 else { return }
    numbers[answers[Int(number)].answer] = nil
    free.append(number)
  }
}
