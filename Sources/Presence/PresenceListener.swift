/// A part of the service that acts on what gateways report.
package protocol PresenceListener: Sendable {
  /// Acts on devices whose app is connected again, before the gateway has its answer.
  func returned(_ devices: [PresenceDevice]) async
  /// Acts on devices whose app is not connected any more.
  func left(_ devices: [PresenceDevice]) async
  /// Acts on messages that a user has seen, before the gateway has its answer.
  func saw(_ messages: [String], by user: PresenceUser) async
}
