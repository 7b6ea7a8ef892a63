import Notilua
import PushExtras
import Testing

/// Types of targets below that the library has under its own name.
struct NotiluaTypesTests {
  @Test func aPushThatADeviceReceivedIsRead() throws {
    let read: Notilua.PushExtra? = PushExtra(payload: #"{"rc":{"cType":"UG","bId":"","fId":"2121"}}"#)
    let superGroup: Notilua.ChannelType = .superGroup
    let extra = try #require(read)
    #expect(extra.channelType == superGroup)
    #expect(extra.channelID == "")
    #expect(extra.senderID == "2121")
    #expect(extra.recalledMessageIDs == [])
  }
}
