import Foundation
import LuaSandbox
import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// Expressions of Lua, evaluated in a plugin.
enum Evaluation {
  /// Returns the value of an expression as tostring shows it, behind "= "; or its error, behind "! ".
  static func text(_ expression: String) throws -> String {
    let source = """
      local function hex(bytes) return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
      local function unhex(digits) return (digits:gsub("..", function(d) return string.char(tonumber(d, 16)) end)) end
      return { did_receive = function(request, content)
        local ok, value = pcall(function() return \(expression) end)
        content.body = ok and "= " .. tostring(value) or "! " .. tostring(value)
      end }
      """
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
    try #require(plugin.loadFault == nil, "\(expression): \(plugin.loadFault?.message ?? "")")
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: RunnerOptions())
    runner.begin(quarantined: 0)
    var line = #"{"aps":{"alert":"hi"}}"#
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
    let output = runner.withResults { _, sections in Data(sections[3]) }
    let payload = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
    let alert = (payload["aps"] as? [String: Any])?["alert"]
    return try #require(alert as? String ?? (alert as? [String: Any])?["body"] as? String)
  }
}
