import Glibc

/// A sink that writes each notification's line to a descriptor.
package final class LineSink: NotificationSink {
  private let file: Int32
  private var reports: [DeliveryReport] = []
  private var hasFailed = false

  /// - Parameter file: a descriptor, which stays the caller's.
  package init(file: Int32) { self.file = file }

  package var room: Int { 1000 - reports.count }
  package var descriptor: Int32 { -1 }

  package func take(_ notifications: [OutgoingNotification]) {
    for notification in notifications {
      let code = hasFailed ? EIO : write(notification.line + [0x0A])
      // Half a line may stand there: what came behind it could not be told from it.
      if code != 0 { hasFailed = true }
      reports.append(
        DeliveryReport(
          notification.ticket,
          code == 0
            ? .done
            : .blocked(
              lane: "output",
              why: DeliveryFailure(
                "NoOutput", "the output: \(String(cString: strerror(code))); write elsewhere"))))
    }
  }

  package func takeReports() -> [DeliveryReport] {
    defer { reports.removeAll() }
    return reports
  }

  package func close() {}

  private func write(_ bytes: [UInt8]) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(file, part.baseAddress, part.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }
}
