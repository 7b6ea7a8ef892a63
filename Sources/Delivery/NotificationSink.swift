import NotificationModel

/// A sink of notifications: APNs, a desktop, a file.
///
/// A sink works on the loop that it was made for. It takes notifications while it has room, and reports exactly once what
/// became of every one that it has taken, within a time that is bounded whatever happens on the other side.
package protocol NotificationSink: AnyObject {
  /// The functions that the sink calls as things happen.
  var events: NotificationSinkEvents { get set }
  /// The number of notifications that it takes at the moment.
  var room: Int { get }
  /// Takes notifications, ``room`` of them at most.
  func take(_ notifications: [PushNotification])
  /// A Boolean value that indicates whether it shows what people see of a payload, which is read with the line then.
  var showsContent: Bool { get }
  /// Takes back what it has delivered under a name, where it can.
  func withdraw(_ name: String)
  /// Ends what it has open; what is unreported is reported before this returns, as not delivered now.
  func close()
}

extension NotificationSink {
  /// False: most sinks pass a payload on as it is.
  package var showsContent: Bool { false }
  /// Nothing: to most sinks, what was delivered is gone.
  package func withdraw(_ name: String) {}
}

/// The report of a sink on a notification.
package struct DeliveryReport: Sendable, Equatable {
  /// The notification's.
  package var ticket: UInt64
  package var result: DeliveryResult

  package init(_ ticket: UInt64, _ result: DeliveryResult) {
    self.ticket = ticket
    self.result = result
  }
}

/// The result of a notification at a sink.
package enum DeliveryResult: Sendable, Equatable {
  /// The other side has taken it.
  case done
  /// It may be taken later, if it is given again.
  case retry(after: Duration, why: DeliveryFailure)
  /// It will never be taken as it is.
  case permanent(why: DeliveryFailure)
  /// Nothing of its lane is taken until somebody mends what is wrong, a credential perhaps.
  case blocked(lane: String, why: DeliveryFailure)
}

/// The cause for which a notification was not delivered.
package struct DeliveryFailure: Sendable, Equatable, CustomStringConvertible {
  /// The other side's word for it, or one of Notilua's own: `NoAnswer`, `NoConnection`, `NoCredential`, `NoDeviceToken`.
  package var reason: String
  /// The meaning and the next step, as one sentence for people, without secrets.
  package var description: String
  /// The status of HTTP; 0 where there was no answer.
  package var status: Int
  /// A Boolean value that indicates whether the device token is gone.
  package var removesToken = false
  /// The time at which the other side learned that, in milliseconds since 1970.
  package var timestamp: Int64?
  /// The topic and the environment that it was pushed with, where the sink chose them.
  package var topic: String?
  package var environment: PushEnvironment?
  /// The lane of which nothing gets through at the moment, where that is why: the notification itself was not tried.
  package var lane: String?
  /// A Boolean value that indicates whether the other side may have taken the notification all the same.
  package var isUnknown = false

  package init(_ reason: String, _ description: String, status: Int = 0) {
    self.reason = reason
    self.description = description
    self.status = status
  }
}
