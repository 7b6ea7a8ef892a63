import Glibc

/// The steps by which the kernel comes to a path, over symbolic links: each is a name in a folder.
///
/// A path leads elsewhere where any of them is replaced.
struct PathTrail {
  /// A name in a folder.
  struct Step: Hashable {
    var folder: String
    var name: String

    /// The path of the step.
    var path: String { folder == "/" ? "/" + name : folder + "/" + name }
  }

  /// The most links, as the kernel has it (path_resolution(7)).
  private static let linkLimit = 40

  private(set) var steps: [Step] = []
  /// The steps that are symbolic links.
  private(set) var links: [Step] = []
  private var folder = "."
  /// The names that are still to come, the next one last.
  private var names: [Substring] = []

  init(_ path: String) {
    begin(path)
    while let name = names.popLast() { take(String(name)) }
  }

  private mutating func begin(_ path: String) {
    if path.hasPrefix("/") { folder = "/" }
    names += path.split(separator: "/").reversed()
  }

  private mutating func take(_ name: String) {
    if name == "." { return }
    let step = Step(folder: folder, name: name)
    // The folder above is no step by which a path could lead elsewhere.
    if name != ".." { steps.append(step) }
    guard links.count < Self.linkLimit, let target = Self.target(step.path) else {
      folder = step.path
      return
    }
    links.append(step)
    begin(target)
  }

  private static func target(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlink(path, start, buffer.count)
      guard count >= 0 else { return nil }
      return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
