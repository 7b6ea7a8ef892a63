import Foundation
import _FoundationICU

/// Apple's own choice of a language: `ualoc_localizationsToUse` in the ICU of the Swift toolchain, which an app's bundle
/// asks on a device.
enum LanguageJudge {
  /// The localizations that an app shows to a person with these preferences, with the best first.
  static func languages(_ preferences: [String], available: [String]) -> [String] {
    let wanted = preferences.map { UnsafePointer(strdup($0)) }
    let names = available.map { UnsafePointer(strdup($0)) }
    defer { for text in wanted + names { free(UnsafeMutablePointer(mutating: text)) } }
    var found = [UnsafePointer<CChar>?](repeating: nil, count: available.count)
    var status = U_ZERO_ERROR
    let count = ualoc_localizationsToUse(
      wanted, Int32(wanted.count), names, Int32(names.count), &found, Int32(found.count), &status)
    guard status.rawValue <= U_ZERO_ERROR.rawValue else { return [] }
    return found.prefix(Int(count)).compactMap { $0.map { String(cString: $0) } }
  }

  /// All locales that ICU knows, also by their old names.
  static let locales: [String] = {
    var status = U_ZERO_ERROR
    let names = swift_uloc_openAvailableByType(ULOC_AVAILABLE_WITH_LEGACY_ALIASES, &status)
    defer { swift_uenum_close(names) }
    var locales: [String] = []
    while let name = swift_uenum_next(names, nil, &status) {
      locales.append(String(cString: name).replacing("_", with: "-"))
    }
    return locales
  }()
}
