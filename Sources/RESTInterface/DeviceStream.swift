import Applications
import ClientKeys
import HTTPTypes
import Hummingbird
import LosslessJSON
import NIOCore
import Operations
import Registry

/// The routes by which an operator moves devices from one registry to another.
struct DeviceStream: Sendable {
  /// The devices of a commit, and of a page.
  private static let batchSize = 500

  let parts: RegistryParts

  /// A line of an import: what was read of it, and its answer once there is one.
  private struct Line {
    var number: Int
    var content: Result<ImportedDevice, Problem>
  }

  // MARK: Import

  /// Imports the devices of a stream, and answers once all of it was read.
  func importing(_ request: Request, _ caller: APICaller) async throws -> Response {
    guard request.mediaType == "application/x-ndjson" else {
      throw Problem(
        .unsupportedMediaType, "the body is not application/x-ndjson; send one device a line, and say so")
    }
    var lines = StreamLines()
    var waiting: [Line] = []
    var answers = ""
    for try await buffer in request.body {
      waiting += lines.take(buffer.readableBytesView).map { read($0, caller) }
      if waiting.count >= Self.batchSize { answers += try await commit(&waiting) }
    }
    if let line = lines.end() { waiting.append(read(line, caller)) }
    answers += try await commit(&waiting)
    guard !answers.isEmpty else {
      throw Problem(.badRequest, "the stream has no line; send a JSON object on each")
    }
    return Response(text: answers, type: "application/x-ndjson")
  }

  private func read(_ line: StreamLines.Line, _ caller: APICaller) -> Line {
    do throws(Problem) {
      let body = try JSONBody(try line.content.get(), known: DeviceReader.importMembers)
      let application = try parts.application(try body.text("application"), caller, .body)
      return Line(number: line.number, content: .success(try DeviceReader(body: body).imported(application)))
    } catch {
      return Line(number: line.number, content: .failure(error))
    }
  }

  /// Commits what was read, and returns the answers.
  private func commit(_ lines: inout [Line]) async throws -> String {
    let devices = lines.compactMap { try? $0.content.get() }
    var results = try await parts.using { () throws(RegistryError) in
      devices.isEmpty ? [] : try await parts.devices.importing(devices)
    }[...]
    let texts = lines.map { line in
      switch line.content {
      case .success(let device): Self.answer(line.number, device, results.popFirst())
      case .failure(let problem): Self.answer(line.number, problem)
      }
    }
    lines.removeAll(keepingCapacity: true)
    return texts.joined()
  }

  private static func answer(_ number: Int, _ device: ImportedDevice, _ result: ImportResult?) -> String {
    object(number) { writer in
      writer.member("device", device.registration.name)
      switch result {
      case .registered(let registered):
        writer.member("status", registered.isCreated ? 201 : 200)
        writer.member("result", registered.isCreated ? "created" : "updated")
      case .kept, nil:
        writer.member("status", 200)
        writer.member("result", "kept")
      }
    }
  }

  private static func answer(_ number: Int, _ problem: Problem) -> String {
    object(number) { problem.writeMembers(to: &$0) }
  }

  private static func object(_ number: Int, _ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("line", number)
    body(&writer)
    writer.endObject()
    return writer.text + "\n"
  }

  // MARK: Export

  /// Answers with all devices, with their tokens.
  func exporting(_ request: Request, _ caller: APICaller) async throws -> Response {
    let reached = parts.applications.reached(by: caller.grant).map(\.key)
    // A key that reaches none is told so.
    let isOne = request.parameter("application") != nil || reached.isEmpty
    let applications =
      isOne ? [try parts.application(request.parameter("application"), caller, .query).key] : reached
    // What fails at once is a problem, and no stream that ends.
    let first = try await page(applications, after: 0)
    return Response(
      status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        var page = first
        while let last = page.last {
          let text = page.map { DeviceWriter.text($0, .whole) + "\n" }.joined()
          try await writer.write(ByteBuffer(string: text))
          page = try await self.page(applications, after: last.number)
        }
        try await writer.finish(nil)
      })
  }

  private func page(_ applications: [String], after number: Int64) async throws -> [Device] {
    try await parts.using { () throws(RegistryError) in
      try await parts.devices.devices(of: applications, after: number, limit: Self.batchSize)
    }
  }
}
