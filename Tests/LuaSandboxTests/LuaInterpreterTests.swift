import CLuaBoundary
import LosslessJSON
import LuaSandbox
import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// Memory that fails, at every place where it can.
struct LuaInterpreterTests {
  private static let source = """
    local m = require "m"
    local plugin = { description = "d", match = { ["/rc/x"] = { "a", "b*" } } }
    function plugin.did_receive(request, content)
      local rc = content.user_info.rc
      content.title = ("%s in %s"):format(rc.x, request.identifier) .. #rc.list
      content.body = content.body:gsub("%d+", function(d) return ("*"):rep(#d) end)
      content.user_info.made = { list = { 1, 2.5, "x", notilua.null }, deep = { { { m.value } } } }
      table.insert(rc.list, { a = 1 })
      for key, value in pairs(content.user_info) do notilua.log.info(key, type(value)) end
      local decoded = notilua.json.decode('{"a":[1,2,{"b":"c"}]}')
      content.thread_identifier = decoded.a[3].b .. notilua.text.truncate("Größe", 3)
      if rc.drop then return notilua.drop("asked") end
    end
    return plugin
    """
  private static let line = #"{"aps":{"alert":"code 123456"},"rc":{"x":"b1","id":"i","list":[1,2,3]}}"#

  private static func definition() -> PluginDefinition {
    PluginDefinition(
      name: "p", path: "p.lua", source: Array(source.utf8),
      modules: [.init(name: "m", path: "m.lua", source: Array("return { value = 'v' }".utf8))])
  }

  private static func interpreter(_ definition: PluginDefinition) throws -> LuaInterpreter {
    let interpreter = try LuaInterpreter(
      limits: definition.limits, model: PayloadModel.boundary(), names: PayloadModel.names, plugin: nil)
    for module in definition.modules {
      interpreter.addModule(name: module.name, chunkName: module.path, source: module.source)
    }
    return interpreter
  }

  @Test func loadingEndsInAMemoryFaultWhereverMemoryFails() throws {
    // Without settings there is no context, which loading this plugin does not ask for.
    let definition = Self.definition()
    let whole = try Self.interpreter(definition)
    let before = whole.allocations
    try whole.load(chunkName: definition.path, source: definition.source)
    let count = whole.allocations - before
    #expect(count > 50)
    for index in 0..<count {
      let interpreter = try Self.interpreter(definition)
      interpreter.failAllocations(after: index)
      do throws(LuaFault) {
        try interpreter.load(chunkName: definition.path, source: definition.source)
        Issue.record("allocation \(index) did not fail")
      } catch {
        #expect(error.kind == .memory, "allocation \(index): \(error)")
      }
    }
  }

  @Test func runningEndsInAMemoryFaultWhereverMemoryFails() throws {
    let plugin = try Plugin(definition: Self.definition(), seed: 1)
    #expect(plugin.loadFault == nil)
    let pass = try Pass(depthLimit: 64, duplicateKeys: .reject)
    func begin() throws {
      var line = Self.line
      try line.withUTF8 { try pass.begin(UnsafeRawBufferPointer($0)) }
    }
    try begin()
    let first = try plugin.begin(pass.state)
    let before = first.interpreter.allocations
    guard case .kept = plugin.run(first) else {
      Issue.record("the plugin does not run: \(first.interpreter.message)")
      return
    }
    let count = first.interpreter.allocations - before
    plugin.end(first)
    #expect(count > 50)
    for index in 0..<count + 20 {
      try begin()
      let call: Plugin.Call
      do throws(LuaFault) { call = try plugin.begin(pass.state) } catch {
        #expect(error.kind == .memory)
        continue
      }
      call.interpreter.failAllocations(after: index)
      switch plugin.run(call) {
      case .kept, .dropped: break
      case .fault(let fault): #expect(fault.kind == .memory, "allocation \(index): \(fault)")
      default: Issue.record("allocation \(index): neither kept nor a fault")
      }
      call.interpreter.failAllocations(after: nil)
      plugin.end(call)
      // The next notification of the same plugin is right.
      try begin()
      let next = try plugin.begin(pass.state)
      guard case .kept = plugin.run(next) else {
        Issue.record("after allocation \(index): \(next.interpreter.message)")
        return
      }
      plugin.end(next)
    }
  }
}
