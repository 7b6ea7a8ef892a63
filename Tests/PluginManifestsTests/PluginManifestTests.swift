import NotificationModel
import PluginManifests
import Testing

/// The table that a plugin returns, as it comes from Lua: in an array, with the names of its functions behind it.
struct PluginManifestTests {
  private static func problem(_ json: String) -> String? {
    do throws(PluginManifest.Problem) {
      _ = try PluginManifest(json: json)
      return nil
    } catch {
      return error.message
    }
  }

  @Test func readsBothKinds() throws {
    let service = try PluginManifest(
      json:
        #"[{"description":"d","on_fault":"drop","fresh_state":true,"capabilities":["crypto"]},"did_receive"]"#
    )
    #expect(service.description == "d" && service.freshState && service.content == nil)
    #expect(service.onFault == .drop && service.capabilities == ["crypto"])
    let content = try PluginManifest(
      json: """
        [{"overrides_default_title":true,"initial_content_size_ratio":0.5,"categories":["A","B"],"kind":"content",\
        "user_interaction_enabled":true,"default_content_hidden":true},"did_receive"]
        """)
    var traits = ContentTraits()
    traits.categories = ["A", "B"]
    traits.initialContentSizeRatio = 0.5
    traits.isDefaultContentHidden = true
    traits.overridesDefaultTitle = true
    traits.isUserInteractionEnabled = true
    #expect(content.content == traits)
  }

  @Test(
    arguments: [
      (#"[{"did_receive":5}]"#, "plugin.did_receive is a number; it must be a function"),
      (#"[{"time_will_expire":"x"}]"#, "plugin.time_will_expire is a string; it must be a function"),
      (
        #"[{"kind":"content","categories":["A"],"media_play":true}]"#,
        "plugin.media_play is a boolean; it must be a function"
      ),
      (#"[{"match":5}]"#, "plugin.match is a number; it must be a table with keys"),
      (#"[{"categories":["A"]}]"#, "plugin.categories is of a content extension; this one's kind is another"),
      (
        #"[{"kind":"content"}]"#,
        "plugin.categories is missing; name the categories that the extension presents"
      ),
      (#"[{"descriptoin":"x"}]"#, "plugin.descriptoin is no key of a plugin; did you mean 'description'?"),
      (
        #"[{"kind":"content","categories":["A"],"initial_content_size_ratio":0.04}]"#,
        "plugin.initial_content_size_ratio is not a number of 0.05 to 10"
      ),
      (#"[{},"did_recieve"]"#, "plugin.did_recieve is no handler; did you mean 'did_receive'?"),
      (#"[{},"match"]"#, "plugin.match is a function; it must be a table with keys"),
      (#"["#, "the plugin's table is not data: the text ends in the middle of a value"),
    ])
  func namesWhatIsWrong(_ json: String, _ message: String) {
    #expect(Self.problem(json) == message)
  }

  @Test func aFunctionByAnotherSystemsNameIsToldOf() throws {
    let manifest = try PluginManifest(json: #"[{},"handle"]"#)
    #expect(
      manifest.warnings == ["plugin.handle is no handler, so it is never called; did you mean 'did_receive'?"]
    )
    #expect(manifest.missingHandler() == "the plugin has no function did_receive; rename plugin.handle")
  }
}
