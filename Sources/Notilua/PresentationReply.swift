import WorkerProtocol

/// The reply to a request to content extensions.
package enum PresentationReply: Sendable {
  case answer(PresentationAnswer)
  /// There is no answer, for this reason.
  case none(String)
}
