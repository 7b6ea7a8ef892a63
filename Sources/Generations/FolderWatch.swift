import EventLoop
import Glibc

/// Watches files by inotify(7) on the folders that lead to them, so that it sees a file that is written, and one or a whole
/// folder that is put in place by a rename or a link.
package final class FolderWatch {
  /// The time without a change after which those before are complete.
  private static let quiet = Duration.milliseconds(300)
  private static let changes = UInt32(
    IN_CREATE | IN_DELETE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF
      | IN_MOVE_SELF)

  private let reactor: Reactor
  private let paths: () -> [String]
  private let changed: () -> Void
  private let failed: (String) -> Void
  private lazy var timer = reactor.timer { [unowned self] in fire() }
  private var registration: Reactor.Registration?
  private var descriptor: Int32 = -1
  /// The names that matter in a folder, by its watch; nil for all.
  private var names: [Int32: Set<String>?] = [:]

  /// - Parameters:
  ///   - paths: returns the files and folders as they are named at the moment.
  ///   - changed: called when something has changed and nothing more does, and once at the beginning.
  ///   - failed: given a sentence where folders cannot be watched.
  package init(
    on reactor: Reactor, paths: @escaping () -> [String], changed: @escaping () -> Void,
    failed: @escaping (String) -> Void
  ) {
    self.reactor = reactor
    self.paths = paths
    self.changed = changed
    self.failed = failed
  }

  deinit { end() }

  /// Begins to watch; what has changed before is seen, too.
  package func begin() { fire() }

  private func end() {
    registration = nil
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    names = [:]
  }

  /// Watches the folders that there are now: a change behind this is seen by the watches, and one before it by who is told.
  private func fire() {
    end()
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    if descriptor < 0 {
      tell(errno)
    } else {
      watch(paths())
      registration = reactor.watch(descriptor) { [unowned self] _ in read() }
    }
    changed()
  }

  private func watch(_ paths: [String]) {
    for path in paths {
      for step in PathTrail(path).steps { add(step.folder, [step.name]) }
    }
    for folder in FileSet(paths).folders { add(folder, nil) }
  }

  private func add(_ folder: String, _ wanted: Set<String>?) {
    let watch = inotify_add_watch(descriptor, folder, Self.changes)
    guard watch >= 0 else {
      // A folder that is not there is seen where it is made.
      if errno != ENOENT, errno != ENOTDIR { tell(errno) }
      return
    }
    if let known = names[watch] {
      names[watch] = .some(wanted.flatMap { new in known.map { $0.union(new) } })
    } else {
      names[watch] = .some(wanted)
    }
  }

  private func tell(_ code: Int32) {
    failed(
      "files cannot be watched: \(systemMessage(code)); raise fs.inotify.max_user_watches and"
        + " fs.inotify.max_user_instances, and reload by hand")
  }

  // MARK: Events

  private func read() {
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { buffer in
      while true {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }

  /// Acts on events: each is four numbers of four bytes, the last of which is the length of the name behind them.
  private func take(_ events: UnsafeRawBufferPointer) {
    var at = 0
    while at + 16 <= events.count {
      let length = Int(events.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
      let name = events[(at + 16)..<min(at + 16 + length, events.count)].prefix { $0 != 0 }
      let watch = events.loadUnaligned(fromByteOffset: at, as: Int32.self)
      if matters(watch, String(decoding: name, as: UTF8.self)) { timer.arm(after: Self.quiet) }
      at += 16 + length
    }
  }

  /// Returns true for a name of ours, for the folder itself, and where events were lost.
  private func matters(_ watch: Int32, _ name: String) -> Bool {
    guard let wanted = names[watch] else { return watch < 0 }
    return name.isEmpty || wanted.map { $0.contains(name) } ?? true
  }
}
