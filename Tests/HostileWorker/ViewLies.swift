import NotificationViews
import WorkerProtocol

/// Answers to requests for views that no worker of ours gives.
enum ViewLies {
  /// A text that bytes are put in place of.
  private static let mark = "MARK"

  /// An answer with one element, as a worker of ours writes it.
  private static func answer(
    _ element: ViewElement = .text([.init(mark)], .body, .start), plugin: String = "p",
    _ change: (inout PresentationAnswer.Made) -> Void = { _ in }
  ) -> [UInt8] {
    var made = PresentationAnswer.Made(plugin: plugin)
    try? made.view.append(element)
    change(&made)
    var answer = PresentationAnswer()
    answer.made = made
    return answer.bytes
  }

  /// Returns the bytes with others from a place before the mark on.
  private static func damaged(_ bytes: [UInt8], before count: Int, _ others: [UInt8]) -> [UInt8] {
    guard let place = bytes.firstRange(of: Array(mark.utf8))?.lowerBound else { return bytes }
    var bytes = bytes
    bytes.replaceSubrange(place - count..<place - count + others.count, with: others)
    return bytes
  }

  /// Returns the answer that a lie is about.
  static func bytes(_ lie: String) -> [UInt8] {
    switch lie {
    case "view-large": [UInt8](repeating: 0, count: PresentationAnswer.sizeLimit + 1)
    case "view-cut": Array(answer().dropLast())
    case "view-long": answer() + [0]
    case "view-none": []
    case "view-json": Array(#"{"presentation":{"plugin":"p","view":{"title":"forged"}}}"#.utf8)
    // The kind stands before the style, the alignment and two counts.
    case "view-kind": damaged(answer(), before: 11, [0xFF])
    case "view-count": damaged(answer(), before: 8, [0xFF, 0xFF, 0xFF, 0xFF])
    case "view-length": damaged(answer(), before: 4, [0xFF, 0xFF, 0xFF, 0xFF])
    case "view-text": damaged(answer(), before: 0, [0xFF, 0xC0, 0x80, 0xED])
    case "view-plugin": answer(plugin: "q")
    case "view-action":
      answer(.buttons([.init(identifier: NotificationAction.reserved.sorted()[0], title: "")]))
    case "view-attachments":
      answer { made in
        for number in 0..<32 { try? made.view.append(.image(.init(attachment: "a\(number)", caption: ""))) }
      }
    case "view-decision": answer { $0.option = .dismissAndForwardAction }
    default: answer()
    }
  }
}
