import CProcessSandbox
import ExtensionHost
import Foundation
import FoundationNetworking
import Synchronization

/// Gives what people do with notifications to a web server: a POST for each event, one after the other.
///
/// Events come through a pipe, like those of a command. One that the server does not take after some attempts is
/// written to the error stream with its cause, so that it is not lost without a trace.
final class ResponseHook: Sendable {
  /// Where a run writes events, a line each; the run closes it.
  let file: Int32
  private let url: URL
  private let hasEnded = DispatchSemaphore(value: 0)
  private let isStopped = Mutex(false)

  /// The waits before further attempts, in seconds.
  private static let waits = [0.5, 1, 2]
  /// How long an answer may take, in seconds.
  private static let patience = 10.0

  /// - Throws: ``HostError`` where the text is no address of a web server.
  init(_ address: String) throws(HostError) {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
      url.host != nil
    else {
      throw HostError(
        .usage, "--response-url '\(address)' is no address of a web server; write https://host/path")
    }
    self.url = url
    var ends: [Int32] = [-1, -1]
    guard ps_pipe(&ends) == 0 else {
      throw HostError(.output, "--response-url: no pipe: \(systemMessage()); close something else")
    }
    file = ends[1]
    let input = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    Thread.detachNewThread { [self] in
      read(input)
      hasEnded.signal()
    }
  }

  /// Waits until all was given, or for a while.
  func finish() {
    if hasEnded.wait(timeout: .now() + 15) == .timedOut { isStopped.withLock { $0 = true } }
  }

  private func read(_ input: FileHandle) {
    var rest = Data()
    while true {
      let part = input.availableData
      if part.isEmpty { return }
      rest.append(part)
      while let end = rest.firstIndex(of: 0x0A) {
        give(Data(rest[rest.startIndex..<end]))
        rest = Data(rest[(end + 1)...])
      }
    }
  }

  private func give(_ event: Data) {
    var cause = ""
    for wait in Self.waits + [0] {
      if isStopped.withLock({ $0 }) { break }
      guard let failure = post(event) else { return }
      cause = failure
      Thread.sleep(forTimeInterval: wait)
    }
    let text = "\(url.host ?? ""): not told: \(cause): \(String(decoding: event, as: UTF8.self))"
    _ = fail(HostError(.output, text))
  }

  /// Gives an event once; nil where the server has taken it.
  private func post(_ event: Data) -> String? {
    var request = URLRequest(url: url, timeoutInterval: Self.patience)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = event
    let answered = DispatchSemaphore(value: 0)
    let result = Mutex<String?>("no answer")
    let task = URLSession.shared.dataTask(with: request) { _, response, error in
      result.withLock { result in
        if let error {
          result = error.localizedDescription
        } else if let status = (response as? HTTPURLResponse)?.statusCode {
          result = (200..<300).contains(status) ? nil : "the server answers \(status)"
        }
      }
      answered.signal()
    }
    task.resume()
    if answered.wait(timeout: .now() + Self.patience + 1) == .timedOut { task.cancel() }
    return result.withLock { $0 }
  }
}
