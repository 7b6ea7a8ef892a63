import NotificationModel
import Testing

/// Properties of `content`, beside the keys of the payload.
struct ContentPropertyTests {
  /// The table of properties and that of keys say the same of one member.
  @Test func propertiesAreOfTheTypesOfTheirKeys() throws {
    for property in ContentProperty.all {
      let found: PayloadKey?
      switch property.place {
      case .aps(let key): found = PayloadKey.all.first { $0.path == "aps.\(key)" }
      case .alert(let key): found = PayloadKey.all.first { $0.path == "aps.alert.\(key)" }
      case .alertBody: found = PayloadKey.all.first { $0.path == "aps.alert.body" }
      case .payload, .attachments: continue
      }
      let value = try #require(found, "\(property.name)").value
      #expect(value == property.value || value == .localizable && property.value == .text, "\(property.name)")
    }
  }
}
