import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// The host grants what the functions of the worker ask for, and the properties that plugins write.
struct CapabilityTests {
  @Test func eachCapabilityIsThatOfAFunctionOrAProperty() {
    let properties = RequestProperty.allCases.compactMap(\.capability)
    #expect(Set(HostFunction.all.compactMap(\.capability) + properties) == Set(Capability.names))
  }

  /// The fields of a grant are the properties that a plugin may write, and headers of a line.
  @Test func eachFieldOfADeliveryIsAProperty() {
    let writable = RequestProperty.allCases.filter { $0.capability == "delivery" }.map(\.rawValue)
    #expect(Set(writable) == Set(DeliveryField.names))
    let headers = Set(DeliveryField.allCases.map(\.header))
    #expect(headers == Set(NotificationLine.Header.allCases).subtracting([.id]))
  }
}
