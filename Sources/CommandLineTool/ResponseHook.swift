import ConfigurationFiles
import Foundation
import FoundationNetworking
import Notilua
import Pipeline
import Synchronization

/// A web server that is sent what people do with notifications: a POST for each response.
struct ResponseHook: ResponseReceiver {
  let name: String
  /// The time for the rest when a run ends: it is not worth a server that does not answer.
  let patience: Double? = 15
  private let url: URL

  /// The waits before further attempts, in seconds.
  private static let waits = [0.5, 1, 2]
  /// The most time that an answer may take, in seconds.
  private static let answerTime = 10.0
  /// The interval at which the end of the run is looked for, in seconds.
  private static let step = 0.05

  /// - Throws: ``HostError`` where the text is no address of a web server.
  init(_ address: String) throws(HostError) {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
      let host = url.host
    else {
      throw HostError(
        .usage, "--response-url '\(address)' is no address of a web server; write https://host/path")
    }
    self.url = url
    name = host
  }

  /// Sends a response, in four attempts at most.
  func send(_ response: String, isStopped: () -> Bool) -> String? {
    var cause = post(response, isStopped)
    for wait in Self.waits where cause != nil && !isStopped() {
      let end = Date().addingTimeInterval(wait)
      while Date() < end, !isStopped() { Thread.sleep(forTimeInterval: Self.step) }
      if !isStopped() { cause = post(response, isStopped) }
    }
    return cause
  }

  func finish(isOverdue: Bool) -> (unread: [String], cause: String, failure: HostError?) { ([], "", nil) }

  /// Sends a response once; returns nil where the server has taken it.
  private func post(_ response: String, _ isStopped: () -> Bool) -> String? {
    var request = URLRequest(url: url, timeoutInterval: Self.answerTime)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = Data(response.utf8)
    let answered = DispatchSemaphore(value: 0)
    let result = Mutex<String?>("no answer")
    let task = URLSession.shared.dataTask(with: request) { _, response, error in
      result.withLock { result in
        if let error {
          result = (error as? URLError)?.code == .timedOut ? "no answer" : error.localizedDescription
        } else if let status = (response as? HTTPURLResponse)?.statusCode {
          result = (200..<300).contains(status) ? nil : "the server answers \(status)"
        }
      }
      answered.signal()
    }
    task.resume()
    let end = Date().addingTimeInterval(Self.answerTime + 1)
    while answered.wait(timeout: .now() + Self.step) == .timedOut {
      guard Date() < end, !isStopped() else {
        task.cancel()
        return "no answer"
      }
    }
    return result.withLock { $0 }
  }
}
