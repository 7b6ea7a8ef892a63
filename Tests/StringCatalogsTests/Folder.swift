import Foundation
import StringCatalogs

/// A folder of files that goes when the test is over.
final class Folder {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, Data(text.utf8)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ data: Data) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// Reads what is there, with the folder's path taken out of all messages.
  func read(_ name: String = "") throws -> CatalogReader.Result {
    let prefix = path + "/"
    do throws(CatalogError) {
      var result = try CatalogReader.read(name.isEmpty ? path : prefix + name)
      for index in result.warnings.indices {
        result.warnings[index].place = result.warnings[index].place.replacing(prefix, with: "")
      }
      return result
    } catch {
      throw CatalogError(error.place.replacing(prefix, with: ""), error.message)
    }
  }

  /// The sentence of the error that reading ends with.
  func failure(_ name: String) -> String {
    do {
      _ = try read(name)
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}
