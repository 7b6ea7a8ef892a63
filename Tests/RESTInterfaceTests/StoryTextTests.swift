import RESTInterface
import Testing

/// What a key without `read:text` sees of an outcome.
struct StoryTextTests {
  /// An outcome as the guide "Lines and outcomes" has it, with a text wherever one can be.
  private static let members =
    #""id":"m1","topic":"com.example.app","chain":{"id":"m1","action":"drop","plugin":"p","reason":"SECRET","changed":true,"plugins":[{"name":"p","us":14,"patch":[{"op":"replace","path":"/aps/alert","value":"SECRET"}],"new":"SECRET"}],"faults":[{"plugin":"p","kind":"error","message":"SECRET"}],"withdraw":["SECRET"],"payload":{"aps":{"alert":"SECRET"}},"warnings":["SECRET"]}"#

  @Test func nothingOfTheTextIsLeft() {
    #expect(
      StoryText.withoutTexts(Self.members)
        == #""id":"m1","topic":"com.example.app","chain":{"action":"drop","plugin":"p","changed":true,"plugins":[{"name":"p","us":14}],"faults":[{"plugin":"p","kind":"error"}]}"#
    )
  }

  @Test func whatIsNoOutcomeStays() {
    #expect(
      StoryText.withoutTexts(#""outcome":"delivered","attempts":1"#) == #""outcome":"delivered","attempts":1"#
    )
    #expect(StoryText.withoutTexts("") == "")
    // What cannot be read is not shown.
    #expect(StoryText.withoutTexts("SECRET") == "")
  }
}
