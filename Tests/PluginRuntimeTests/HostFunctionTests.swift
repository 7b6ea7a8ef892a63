import NotificationModel
import PluginRuntime
import Testing
import WorkerHost
import WorkerProtocol

/// Every example of every host function comes out as it says.
struct HostFunctionTests {
  @Test(arguments: HostFunction.all.map(\.name))
  func examplesComeOutAsTheySay(_ name: String) throws {
    let function = try #require(HostFunction.all.first { $0.name == name })
    #expect(!function.description.examples.isEmpty)
    #expect(!function.description.summary.isEmpty)
    // What builds a view is for content extensions.
    let isOfView = name.hasPrefix("view.")
    let traits =
      isOfView
      ? #"kind = "content", categories = { "C" }, user_interaction_enabled = true, overrides_default_title = true,"#
      : ""
    for example in function.description.examples {
      let source = """
        local function same(a, b)
          if type(a) ~= "table" or type(b) ~= "table" then return a == b or a ~= a and b ~= b end
          return notilua.json.encode(a) == notilua.json.encode(b)
        end
        local function check(view)
          local got = table.pack(\(example.expression))
          local wanted = table.pack(\(example.result))
          if not same(got[1], wanted[1]) then error("got " .. tostring(got[1]), 0) end
        end
        return { \(traits) did_receive = function(given, view) check(view) end }
        """
      var definition = PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))
      definition.capabilities = Capability.names
      let plugin = try Plugin(definition: definition, seed: 1, zones: ZoneFolder.table)
      #expect(plugin.loadFault == nil, "\(example.expression)")
      let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: RunnerOptions())
      let keys = KeyRing()
      runner.onRequest = { [unowned runner] ticket, _, request in runner.answer(ticket, keys.answer(request))
      }
      runner.begin(quarantined: 0)
      if isOfView {
        let payload = Array(#"{"aps":{"category":"C"}}"#.utf8)
        PresentationRequest(payload: payload).bytes.withUnsafeBytes {
          runner.present(item: 0, $0, receivedAt: 0)
        }
      } else {
        var line = #"{"aps":{"alert":"hi"}}"#
        line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
      }
      let notes = runner.withResults { _, sections in Note.read(sections[5], plugins: ["p"]) }
      #expect(!notes.contains { $0.level == "fault" }, "\(example.expression): \(notes.map(\.text))")
    }
  }
}
