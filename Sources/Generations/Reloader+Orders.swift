import ConfigurationFiles
import EventLoop
import Logging
import Operations

/// The way of an order: its turn, its end, and what is counted and told of it.
extension Reloader {
  /// Carries out an order, behind the one that is carried out.
  func carryOut(
    _ order: String, _ body: @Sendable () async throws(HostError) -> ReloadAnswer
  ) async -> ReloadAnswer {
    if let other = await orders.begin(order) {
      return .busy(
        "\(other) is carried out, and \(OrderQueue.limit) orders wait for its end; try again")
    }
    defer { orders.end() }
    let beganAt = MonotonicClock.now
    do throws(HostError) {
      return finished(try await body(), order, (MonotonicClock.now - beganAt) / 1_000_000)
    } catch {
      return finished(.failed(error.message), order, 0)
    }
  }

  /// Returns the answer with the time that it took, once it is counted and told.
  private func finished(_ answer: ReloadAnswer, _ order: String, _ milliseconds: Int64) -> ReloadAnswer {
    switch answer {
    case .busy, .unknown: return answer
    case .failed(let message):
      metrics.count(.failed)
      logger.error("\(order) has changed nothing: \(message)")
      return answer
    case .done(var report):
      report.milliseconds = milliseconds
      metrics.count(ReloadMetrics.Result(report.result))
      tell(report)
      return .done(report)
    }
  }

  private func tell(_ report: ReloadReport) {
    guard report.result != .unchanged else {
      return logger.info("nothing has changed", metadata: ["digest": "\(report.digest)"])
    }
    logger.notice(
      "generation \(report.generation) is in force",
      metadata: [
        "digest": "\(report.digest)", "plugins": "\(report.plugins.joined(separator: ","))",
        "cases": "\(report.cases)", "milliseconds": "\(report.milliseconds)",
      ])
  }
}

extension ReloadMetrics.Result {
  fileprivate init(_ result: ReloadReport.Result) {
    switch result {
    case .activated: self = .activated
    case .unchanged: self = .unchanged
    case .rolledBack: self = .rolledBack
    }
  }
}
