/// The fate of a notification that a source gave.
package enum NotificationFate: Sendable, Equatable {
  /// A plugin dropped it.
  case dropped
  /// It is no notification, or a plugin's fault stopped the run at it, with the cause.
  case rejected(String)
  /// It is safe in a queue that outlives the run, and is brought to its end from there.
  case accepted
  /// It came to its end in this run.
  case ended(DeliveryEnd)
  /// The run ended before: it may be given again.
  case abandoned
}

/// The fate of one line of a source.
package struct LineFate: Sendable, Equatable {
  /// The line's number in the source.
  package var line: Int
  package var fate: NotificationFate

  package init(_ line: Int, _ fate: NotificationFate) {
    self.line = line
    self.fate = fate
  }
}

/// A receiver of what became of a source's notifications, such as a front door that has to answer.
package protocol FateReceiver: AnyObject {
  /// A Boolean value that is true where fates are wanted in the order of the lines.
  var wantsOrder: Bool { get }
  /// Takes back a line that was given, set by who reads the source; false where that is too late.
  ///
  /// Nothing more becomes of a line that is taken back, and it has no fate.
  var takeBack: (_ line: Int) -> Bool { get set }
  /// Receives the fates of lines, each line's once.
  func settle(_ fates: [LineFate])
}
