import CEventLoop
import Glibc

/// The start of a process: its descriptors, and the call that starts it.
struct Spawn {
  private let command: Child.Command
  /// The descriptors of this process that become the child's 0, 1 and so on; -1 for none.
  private var sources: [Int32] = []
  /// Those of them that were opened for the child.
  private var theirs: [Int32] = []
  /// This process' ends of pipes to the child's input, from its output and from its errors; else -1.
  private(set) var ours: [Int32] = [-1, -1, -1]

  init(_ command: Child.Command) { self.command = command }

  /// Opens what the child needs and starts it.
  mutating func start() throws(SystemError) -> pid_t {
    for (target, stream) in [command.input, command.output, command.errors].enumerated() {
      sources.append(try open(stream, Int32(target)))
    }
    sources += command.others
    return try spawn()
  }

  func closeTheirs() { for file in theirs { close(file) } }

  func closeOurs() { for file in ours where file >= 0 { close(file) } }

  private mutating func open(_ stream: Child.Command.Stream, _ target: Int32) throws(SystemError) -> Int32 {
    switch stream {
    case .inherited: return target
    case .descriptor(let file): return file
    case .null:
      let file = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
      guard file >= 0 else { throw SystemError("open") }
      theirs.append(file)
      return file
    case .pipe:
      let ends = try PipeEnds()
      let isInput = target == 0
      ours[Int(target)] = isInput ? ends.writer : ends.reader
      theirs.append(isInput ? ends.reader : ends.writer)
      return isInput ? ends.reader : ends.writer
    }
  }

  // MARK: The call

  private func spawn() throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    try Self.check(posix_spawn_file_actions_init(&actions))
    defer { posix_spawn_file_actions_destroy(&actions) }
    try Self.check(posix_spawnattr_init(&attributes))
    defer { posix_spawnattr_destroy(&attributes) }
    try arrange(&actions)
    try reset(&attributes)
    var process: pid_t = 0
    let code = withCStrings([command.executable] + command.arguments) { arguments in
      withCStrings(command.environment.entries) { environment in
        posix_spawn(&process, command.executable, &actions, &attributes, arguments, environment)
      }
    }
    try Self.check(code)
    return process
  }

  /// Gives the child its descriptors, by way of numbers above all of them, so that none is overwritten before it was moved.
  private func arrange(_ actions: inout posix_spawn_file_actions_t) throws(SystemError) {
    let count = Int32(sources.count)
    let above = max(count, (sources.max() ?? 0) + 1)
    var files = rlimit()
    // Beyond its limit of files the child would fail with EBADF, which says nothing.
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0,
      rlim_t(above + count) > files.rlim_cur
    {
      throw SystemError("posix_spawn", EMFILE)
    }
    for (target, source) in zip(Int32(0)..., sources) where source >= 0 {
      try Self.check(posix_spawn_file_actions_adddup2(&actions, source, above + target))
    }
    for (target, source) in zip(Int32(0)..., sources) {
      try Self.check(
        source >= 0
          ? posix_spawn_file_actions_adddup2(&actions, above + target, target)
          : posix_spawn_file_actions_addclose(&actions, target))
    }
    try Self.check(el_close_from(&actions, count))
  }

  /// Has the child begin with no signal blocked or ignored.
  private func reset(_ attributes: inout posix_spawnattr_t) throws(SystemError) {
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    try Self.check(posix_spawnattr_setsigmask(&attributes, &none))
    try Self.check(posix_spawnattr_setsigdefault(&attributes, &all))
    let group = command.hasOwnGroup ? POSIX_SPAWN_SETPGROUP : 0
    try Self.check(
      posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group)))
  }

  private static func check(_ code: Int32) throws(SystemError) {
    if code != 0 { throw SystemError("posix_spawn", code) }
  }

  private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
  }
}
