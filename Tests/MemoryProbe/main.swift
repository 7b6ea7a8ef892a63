// What the Swift API does with memory, for valgrind: plugins in this process and in a worker, settings that are no JSON,
// plugins that cannot be loaded, and every end that a notification can have. It ends with 0 where all went as expected.
//
// The top level is no async code: valgrind 3.19 crashes where the main thread becomes one of libdispatch's.

import ConfigurationFiles
import Foundation
import LosslessJSON
import LuaSandbox
import NotificationModel
import Notilua
import NotiluaInProcess
import PluginRuntime
import Synchronization
import WorkerProtocol

let plugin = """
  local seen = {}
  return {
    description = "memory",
    did_receive = function(request, content)
      local body = content.body or ""
      seen[#seen + 1] = body
      if body == "drop" then return notilua.drop("asked") end
      if body == "error" then error({}) end
      if body == "loop" then while true do end end
      if body == "memory" then local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end end
      if body == "large" then content.user_info.large = ("x"):rep(5000) end
      if body == "deep" then local function f() return f() .. "x" end return f() end
      content.title = request.settings.word .. notilua.json.encode(notilua.json.decode('{"a":[1,2,{"b":null}]}'))
      content.body = notilua.base64.encode(notilua.sha256(body))
      content.user_info.list = { 1, 2, { deep = seen } }
      content.attachments[1] = { identifier = "i", url = "file:///a.png" }
      notilua.log.info("a line of the log")
    end,
    time_will_expire = function(_, content) content.body = "late" end,
  }
  """

func fail(_ message: String) -> Never {
  print("memory probe: \(message)")
  exit(1)
}

/// Waits for an answer of the processor.
func process(_ processor: NotificationProcessor, _ line: String) -> String {
  let answer = Mutex("")
  let done = DispatchSemaphore(value: 0)
  Task {
    let outcome = try? await processor.process(line)
    answer.withLock { $0 = outcome?.action.rawValue ?? "failed" }
    done.signal()
  }
  done.wait()
  return answer.withLock { $0 }
}

let folder = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appending(path: "p.lua").path
try Data(plugin.utf8).write(to: URL(fileURLWithPath: path))
let broken = folder.appending(path: "broken.lua").path
try Data("return { did_receive = 5 }".utf8).write(to: URL(fileURLWithPath: broken))

func configuration(_ settings: String, path: String = path) -> Configuration {
  var configuration = Configuration()
  configuration.plugins = [.init(path: path)]
  configuration.plugins[0].settings = settings
  configuration.workers = 1
  configuration.limits.cpu = .milliseconds(500)
  configuration.limits.memory = 4 << 20
  return configuration
}

let malformed = ["{", "x", "", #"{"a":NaN}"#, #"{"a":1,"a":2}"#, String(repeating: "[", count: 100)]
let ends = [
  (#"{"aps":{"alert":"plain"}}"#, "deliver"), (#"{"aps":{"alert":"drop"}}"#, "drop"),
  (#"{"aps":{"alert":"error"}}"#, "deliver"), (#"{"aps":{"alert":"loop"}}"#, "deliver"),
  (#"{"aps":{"alert":"memory"}}"#, "deliver"), (#"{"aps":{"alert":"deep"}}"#, "deliver"),
  (#"{"aps":{"alert":"large"}}"#, "deliver"),
  (#"{"aps":"#, "reject"), ("\u{0}", "reject"), (#"{"aps":{"alert":"plain"},"k":[1e400,"😀"]}"#, "deliver"),
]
for isolation in [NotificationProcessor.Isolation.inProcess, .process(worker: nil)] {
  for settings in malformed {
    do throws(HostError) {
      _ = try NotificationProcessor(configuration(settings), isolation: isolation)
      fail("takes the settings \(settings)")
    } catch {
      if error.status != .usage || !error.message.contains("the settings are") { fail(error.message) }
    }
  }
  if (try? NotificationProcessor(configuration("{}", path: broken), isolation: isolation)) != nil {
    fail("loads a plugin that is none")
  }
  let processor = try NotificationProcessor(configuration(#"{"word":"w"}"#), isolation: isolation)
  for _ in 0..<2 {
    for (line, action) in ends where process(processor, line) != action { fail("\(line) is no \(action)") }
  }
}

// The runtime, which no host has looked at the settings for.
for settings in malformed {
  let definition = PluginDefinition(name: "p", path: "p.lua", source: Array(plugin.utf8), settings: settings)
  do throws(LuaFault) {
    _ = try Plugin(definition: definition, seed: 1)
    fail("the runtime takes the settings \(settings)")
  } catch {
    if !error.message.contains("the settings are") { fail(error.message) }
  }
}
// A notification that an earlier attempt has shown the fault of, in a chain that reports nothing.
let sound = PluginDefinition(name: "p", path: "p.lua", source: Array(plugin.utf8), settings: #"{"word":"w"}"#)
let chain = Chain(plugins: [try Plugin(definition: sound, seed: 1)])
let pass = try Pass(depthLimit: 64, duplicateKeys: .keepLast)
let line = Array(#"{"aps":{"alert":"plain"}}"#.utf8)
try line.withUnsafeBytes { try pass.begin($0) }
pass.presumedFaults = [0: .init(kind: .invalidResult, message: "too large")]
if chain.run(pass) != .finished || pass.action != .deliver { fail("a presumed fault is no skipped plugin") }

print("memory probe: as expected")
