import Localization
import Testing

/// Catalogs compiled for a device.
struct CatalogCompilerTests {
  private static func catalog(
    _ value: TextVariation, _ substitutions: [String: LocalizedText.Substitution] = [:]
  )
    -> StringCatalog
  {
    var catalog = StringCatalog(table: "Localizable", path: "p", sourceLanguage: "en")
    catalog.set(LocalizedText(value: value, substitutions: substitutions), "K", "en")
    return catalog
  }

  /// The order of devices is that of ``TextVariation/devices``, and the device's own comes first.
  @Test func theDeviceChoosesItsVariation() {
    let forms = TextVariation.device([
      "iphone": .unit(StringUnit("tap")), "mac": .unit(StringUnit("click")),
      "other": .unit(StringUnit("choose")),
    ])
    let mac = CatalogCompiler.compile(Self.catalog(forms), device: "mac").catalog.bytes
    let watch = CatalogCompiler.compile(Self.catalog(forms), device: "applewatch").catalog.bytes
    func has(_ bytes: [UInt8], _ text: String) -> Bool {
      String(decoding: bytes, as: UTF8.self).contains(text)
    }
    #expect(has(mac, "click") && !has(mac, "tap") && !has(mac, "choose"))
    #expect(has(watch, "choose") && !has(watch, "click"))
  }

  @Test func aVariableWithinItselfIsAProblem() {
    let loop = Self.catalog(
      .unit(StringUnit("%#@a@")),
      ["a": .init(argument: 1, specifier: "lld", value: .plural([.other: .unit(StringUnit("%#@a@"))]))])
    #expect(CatalogCompiler.compile(loop, device: "iphone").problems.map(\.key).contains("K"))
  }
}
