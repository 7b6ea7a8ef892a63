import ConfigurationFiles
import Foundation
import PluginTools
import Testing
import WorkerProtocol

/// The host hears from its worker what plugins can use, and from no other program.
struct PluginInterfaceTests {
  @Test func eachFunctionComesWithAllOfItsParts() throws {
    let interface = try BuiltWorker.interface()
    let truncate = try #require(interface.functions.first { $0.name == "text.truncate" })
    #expect(truncate.luaName == "notilua.text.truncate")
    #expect(truncate.parameters.map(\.name).first == "text")
    #expect(!truncate.summary.isEmpty && !truncate.returns.isEmpty && !truncate.examples.isEmpty)
    #expect(interface.functions.first { $0.name == "crypto.open" }?.capability == "crypto")
    #expect(interface.request.contains { $0.name == "device_token" && $0.type == "string?" })
    #expect(!interface.notification.isEmpty && !interface.response.isEmpty)
  }

  @Test func theBytesStandForWhatWasWritten() throws {
    let function = FunctionDescription(
      name: "x", summary: "s", discussion: "", parameters: [.init("a", "any", "…")],
      returns: [.init("b", "string?", "")], capability: nil, examples: [.init("x()", "nil")])
    let interface = PluginInterface(
      request: [.init("r", "t", "s")], notification: [], response: [.init("", "", "")], functions: [function])
    #expect(try PluginInterface(body: interface.body) == interface)
  }

  @Test func bytesThatEndTooEarlyOrTooLateAreNone() throws {
    let body = PluginInterface(
      request: [.init("r", "t", "s")], notification: [], response: [], functions: []
    ).body
    for count in 0..<body.count {
      #expect(throws: ByteReader.Truncated.self) { try PluginInterface(body: Array(body[..<count])) }
    }
    #expect(throws: ByteReader.Truncated.self) { try PluginInterface(body: body + [0]) }
    #expect(throws: ByteReader.Truncated.self) { try PluginInterface(body: body.map { $0 ^ 0xFF }) }
  }

  @Test(arguments: [
    ("/nonexistent/worker", "No such file or directory; plugins run in one only"),
    ("/usr/bin/true", "it does not say what plugins can use"),
    // Writes without an end.
    ("/usr/bin/yes", "it does not say what plugins can use"),
    ("/etc/passwd", "Permission denied; make it executable"),
  ])
  func aProgramThatIsNoWorkerIsNamed(_ path: String, _ cause: String) {
    do throws(HostError) {
      _ = try PluginInterface(worker: path)
      Issue.record("\(path) was taken for a worker")
    } catch {
      #expect(error.message.hasPrefix("\(path): "))
      #expect(error.message.contains(cause))
      #expect(error.status == .sandbox)
    }
  }
}
