import Composition
import Testing

@Suite struct ReasonTests {
  /// Every reason comes back from its record, and no two have one code.
  @Test(arguments: [
    Reason.mentionContent, .pushContent, .template("A:B"), .template(""), .messageText, .defaultText,
    .secretChat,
    .hiddenDetails, .withoutAlert, .chatroom, .signalType, .notificationNeedsPushContent,
    .customTypeNeedsPushContent, .textMissing, .permissionNotAsked, .permissionDenied, .nothingPermitted,
    .payloadTooLarge(4097), .recallWithoutAlert, .recalledUnpushed, .noDevice, .loggedOut, .tokenRefused,
    .connected, .inBackground, .seen,
    .recalled, .refused, .unreadable, .quietHours, .subchannelMuted, .channelMuted, .channelTypeMuted,
    .subchannelMutedByGroup,
    .channelMutedByGroup, .mutedByApplication,
  ])
  func comesBackFromItsRecord(_ reason: Reason) {
    #expect(Reason(record: reason.record) == reason)
    #expect(reason.record.hasPrefix(reason.code))
    #expect(!reason.sentence.isEmpty)
  }

  @Test(arguments: ["", "unknown", "template", "connected:x", ":", "payload_too_large"])
  func otherTextsAreNone(_ record: String) {
    #expect(Reason(record: record) == nil)
  }
}
