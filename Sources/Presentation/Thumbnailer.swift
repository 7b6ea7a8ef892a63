import EventLoop
import FileReading
import Glibc

/// Has pictures decoded by a process of its own that can do nothing else.
package struct Thumbnailer: Sendable {
  private let executable: String

  /// - Parameter executable: `notilua-thumbnailer`.
  package init(executable: String) { self.executable = executable }

  /// The cause for which no picture can be decoded, with the next step; nil where the program can be run.
  package var problem: String? {
    if access(executable, F_OK) != 0 {
      return "'\(executable)' is not there; put notilua-thumbnailer beside notilua-worker"
    }
    return access(executable, X_OK) == 0
      ? nil : "'\(executable)' cannot be executed; make it executable for this user"
  }

  /// Returns the picture of an attachment, or the part that is to be shown.
  ///
  /// - Parameter side: the most pixels of the longer side.
  /// - Returns: nil where it is no picture, or a damaged one.
  package func thumbnail(of file: AttachmentFile, side: Int) -> Thumbnail? {
    guard file.kind == .image, let input = Self.open(file) else { return nil }
    var start = Child.Command(executable, Self.arguments(file, side), environment: .helper())
    start.input = .descriptor(input.descriptor)
    start.errors = .null
    // One byte more than there may be shows that there are too many.
    let run = try? Child.run(start, limit: 8 + side * side * 4 + 1, patience: Self.patience)
    return run.flatMap { Self.read($0.output, side: side) }
  }

  /// The time of the clock that a picture may take: its time of CPU is limited by itself, a disk that says nothing is not.
  private static let patience = Duration.seconds(6)

  private static func arguments(_ file: AttachmentFile, _ side: Int) -> [String] {
    let clip = file.clip ?? .init(x: 0, y: 0, width: 1, height: 1)
    return [
      file.type, String(Int(min(max(file.time, 0), 10_000))), "\(clip.x)", "\(clip.y)", "\(clip.width)",
      "\(clip.height)", String(side), String(file.orientation.rawValue),
    ]
  }

  /// Opens a file that is still the one that was looked at: somebody may have put another in its place.
  private static func open(_ file: AttachmentFile) -> InputFile? {
    guard let opened = try? InputFile(file.path, form: .regular, followsLinks: false) else { return nil }
    var place = [CChar](repeating: 0, count: 4097)
    let count = readlink("/proc/self/fd/\(opened.descriptor)", &place, 4096)
    // A folder on the way may have become a link: what is open now tells its own path.
    guard opened.status.st_size <= file.kind.sizeLimit, count > 0,
      place[..<count].elementsEqual(file.path.utf8.map { CChar(bitPattern: $0) })
    else { return nil }
    return opened
  }

  private static func read(_ bytes: [UInt8], side: Int) -> Thumbnail? {
    guard bytes.count > 8 else { return nil }
    func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let (width, height) = (number(0), number(4))
    guard (1...side).contains(width), (1...side).contains(height), bytes.count == 8 + width * height * 4
    else {
      return nil
    }
    return Thumbnail(width: width, height: height, pixels: Array(bytes[8...]))
  }
}
