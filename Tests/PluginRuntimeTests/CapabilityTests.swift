import PluginRuntime
import Testing
import WorkerProtocol

/// The host grants what the functions of the worker ask for.
struct CapabilityTests {
  @Test func eachCapabilityIsThatOfAFunction() {
    #expect(Set(HostFunction.all.compactMap(\.capability)) == Set(Capability.names))
  }
}
