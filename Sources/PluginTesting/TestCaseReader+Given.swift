import ConfigurationFiles
import FileReading
import Foundation
import LosslessJSON
import NotificationModel
import Notilua
import WorkerProtocol
import Yams

// The payloads that a case is given.

extension TestCaseReader {
  /// Reads what is given, with the request around it.
  func finishInputs(_ draft: inout Draft) throws(HostError) {
    guard let given = draft.given else {
      guard draft.isNested || !draft.hasLoadError, draft.result.skip == nil else { return }
      throw reader.error(draft.node, "the case is given nothing; add 'given: { aps: { alert: … } }'")
    }
    try readGiven(given, &draft.result)
    for index in draft.result.inputs.indices where !draft.request.isEmpty {
      draft.result.inputs[index].line = try enveloped(
        draft.result.inputs[index].line, draft.request, draft.node)
    }
  }

  func readGiven(_ node: Node, _ result: inout TestCase) throws(HostError) {
    if node.scalar != nil {
      result.inputs = [.init(line: Array(try reader.text(node, "given").utf8), place: nil)]
      return
    }
    guard let mapping = node.mapping else {
      throw reader.error(node, "given is a payload, its text, or { file: … }")
    }
    guard mapping["file"] != nil, mapping["aps"] == nil else {
      result.inputs = [.init(line: Array(try json(node, "given").utf8), place: nil)]
      return
    }
    let source = try givenFile(node)
    result.files.append(source.path)
    if let fileBound, !PluginFolder.real(source.path).hasPrefix(fileBound) {
      throw reader.error(node, "'\(source.path)' is not below the folder of the tests; put it there")
    }
    guard !PluginFolder.exists(source.path) || PluginFolder.isFile(source.path) else {
      throw reader.error(node, "'\(source.path)' is no file; name one with payloads")
    }
    do throws(HostError) {
      result.inputs = try inputs(source)
    } catch {
      throw error.message.hasPrefix(file) ? error : reader.error(node, error.message)
    }
  }

  /// A file of payloads that a case is given, and which of them.
  private struct GivenFile {
    var path = ""
    var line: Node?
    var isAll = false
  }

  private func givenFile(_ node: Node) throws(HostError) -> GivenFile {
    var given = GivenFile()
    for (key, value) in try reader.members(node, "given", ["file", "line", "lines"]) {
      switch key {
      case "file": given.path = reader.path(try reader.text(value, "file"))
      case "line": given.line = value
      default:
        guard try reader.text(value, "lines") == "all" else {
          throw reader.error(value, "lines is not 'all'; one of them is 'line: 3'")
        }
        given.isAll = true
      }
    }
    if given.line != nil, given.isAll {
      throw reader.error(node, "given has line and lines; name one line, or all")
    }
    return given
  }

  private func inputs(_ given: GivenFile) throws(HostError) -> [TestCase.Input] {
    let payloads = try PayloadFile(given.path, form: .file)
    if given.isAll {
      let all = try payloads.payloads().map { TestCase.Input(line: $0.bytes, place: $0.place) }
      if all.isEmpty { throw HostError(.noInput, "'\(given.path)': no payload there") }
      return all
    }
    let number = try given.line.map { node throws(HostError) in try reader.integer(node, "line", 1...Int.max)
    }
    let found = try payloads.payload(line: number)
    if number == nil, !payloads.isOnePayload, payloads.lines.count > 1 {
      throw HostError(
        .usage, "'\(given.path)' has \(payloads.lines.count) payloads; say 'line: 1', or 'lines: all'")
    }
    return [.init(line: found.bytes, place: found.place)]
  }

  /// The envelope form of a payload, with what the case says of its request.
  func enveloped(_ line: [UInt8], _ request: [(String, Node)], _ node: Node) throws(HostError)
    -> [UInt8]
  {
    var document = JSONDocument(depthLimit: 1024)
    let isRead = line.withUnsafeBytes { (try? document.parse($0)) != nil }
    if isRead, document.kind(of: document.root) == .object, document.member(document.root, "payload") != nil {
      throw reader.error(
        node, "given is an envelope already; put what 'request' says into it, or give the payload alone")
    }
    var writer = JSONWriter()
    writer.beginObject()
    for (key, value) in request {
      writer.key(key)
      try reader.write(value, &writer, stringsOnly: key == "headers")
    }
    writer.key("payload")
    writer.raw(String(decoding: line, as: UTF8.self))
    writer.endObject()
    return Array(writer.text.utf8)
  }

  func json(_ node: Node, _ place: String) throws(HostError) -> String {
    guard node.mapping != nil else { throw reader.error(node, "\(place) is not a mapping of keys to values") }
    return try value(node).text
  }

  func value(_ node: Node) throws(HostError) -> JSONValue {
    var writer = JSONWriter()
    try reader.write(node, &writer)
    do throws(JSONError) {
      return try JSONValue(writer.text)
    } catch {
      throw reader.error(node, "this is no JSON value: \(error.cause.rawValue)")
    }
  }
}
