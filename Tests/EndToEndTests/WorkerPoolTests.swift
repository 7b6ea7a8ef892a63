import Foundation
import Testing

/// Workers that die, and one that is not ours any more.
@Suite(.serialized)
struct WorkerPoolTests {
  /// Lines that every shipped plugin of the chain has something to do with.
  private static func lines(_ count: Int) -> Data {
    var text = ""
    for index in 0..<count {
      let rc = index % 20 == 0 ? ",\"rc-dlt-identifier\":\"id\(index - 1)\"" : ""
      text += """
        {"aps":{"alert":"code \(100_000 + index), see you at \(index % 24) o'clock","badge":\(index % 50)},"rc":{"cType":\
        "PR","fId":"\(index % 999)","tId":"7","id":"id\(index)"\(rc)},"n":1.0}

        """
    }
    return Data(text.utf8)
  }

  private static let chain = [
    "recall", "mask-digits", "sender-title", "thread-by-conversation", "badge",
  ].flatMap { ["--plugin", "plugins/\($0)"] }

  @Test func killingWorkersChangesNoByteOfTheOutput() throws {
    try Program.withFolder { folder in
      let input = folder.appending(path: "in")
      try Self.lines(200_000).write(to: input)
      let whole = try Program.run(["run", "--quiet", "--workers", "2"] + Self.chain + [input.path])
      #expect(whole.status == 0)
      let output = folder.appending(path: "out")
      _ = FileManager.default.createFile(atPath: output.path, contents: Data())
      let process = Program.process(["run", "--quiet", "--workers", "2"] + Self.chain + [input.path])
      let errors = Pipe()
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = errors
      try process.run()
      var killed = 0
      var random = SystemRandomNumberGenerator()
      while process.isRunning, killed < 60 {
        usleep(UInt32.random(in: 1000...25000, using: &random))
        let workers = Program.children(of: process.processIdentifier)
        if let worker = workers.randomElement(using: &random), kill(worker, SIGKILL) == 0 { killed += 1 }
      }
      process.waitUntilExit()
      #expect(killed > 10)
      #expect(process.terminationStatus == 0)
      #expect(try Data(contentsOf: output) == whole.output)
      let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(!said.contains("fault"), "\(said)")
    }
  }

  /// systemd.kill(5): a service is asked to stop by SIGTERM at any time, also while it starts.
  @Test(arguments: [SIGTERM, SIGINT]) func aWorkerThatNeverStartsKeepsNoRunFromStopping(_ signal: Int32)
    throws
  {
    try Program.withFolder { folder in
      let worker = folder.appending(path: "worker")
      try "#!/bin/sh\nexec sleep 60\n".write(
        to: worker, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worker.path)
      let process = Program.process(
        ["run", "--no-plugins", "--workers", "1"], environment: ["NOTILUA_WORKER": worker.path])
      process.standardInput = FileHandle.nullDevice
      // The sleeper outlives the run, and must not hold the output of the tests.
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let pid = process.processIdentifier
      #expect(Program.wait { !Program.children(of: pid).isEmpty })
      kill(pid, signal)
      // It has a zombie's state, or is gone, where it has ended.
      let hasEnded = Program.wait { kill(pid, 0) != 0 || Program.children(of: pid).isEmpty }
      #expect(hasEnded)
      if !hasEnded { kill(pid, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    }
  }

  @Test func aThousandDeathsLeaveNothingBehind() throws {
    let process = Program.process(["run", "--quiet", "--workers", "1"] + Self.chain)
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let host = process.processIdentifier
    #expect(Program.wait { Program.children(of: host).count == 1 })
    let line = Data("{\"aps\":{\"alert\":\"hi\"},\"rc\":{}}\n".utf8)
    func passALine() throws {
      try input.fileHandleForWriting.write(contentsOf: line)
      var read = 0
      while read < line.count {
        let data = output.fileHandleForReading.availableData
        try #require(!data.isEmpty)
        read += data.count
      }
    }
    try passALine()
    let descriptors = Program.descriptors(of: host)
    for _ in 0..<1000 {
      kill(try #require(Program.children(of: host).first), SIGKILL)
      // The next worker does it, once it is there.
      try passALine()
    }
    #expect(Program.children(of: host).count == 1)
    #expect(Program.descriptors(of: host) == descriptors)
    #expect(Program.memory(of: host) < 64)
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// What a worker may do that is not ours any more.
  @Test(arguments: [
    "wrong-id", "wrong-progress", "impossible-tally", "no-output", "newline-in-output", "newline-in-outcome",
    "unknown-frame", "endless-body", "loaded-twice", "requests", "silence", "toggles-batch", "unasked-counts",
    "dies", "halts", "scribbles", "idles",
  ])
  func aWorkerThatLiesCannotHarmItsHost(_ lie: String) throws {
    try Program.withFolder { folder in
      let worker = folder.appending(path: lie)
      try FileManager.default.createSymbolicLink(
        at: worker, withDestinationURL: Program.folder.appending(path: "HostileWorker"))
      try "limits: { cpu: 100ms, wall: 300ms }\nworkers: 1\nplugins: [p.lua]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return {}".write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let start = Date()
      let ended = try Program.run(
        [
          "run", "--rejects", folder.appending(path: "rejects").path, "--config",
          folder.appending(path: "notilua.yaml").path,
        ],
        input: Data("{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n".utf8),
        environment: ["NOTILUA_WORKER": worker.path])
      #expect(Date().timeIntervalSince(start) < 30)
      #expect(!ended.wasSignaled)
      #expect(ended.output.isEmpty)
      if lie.hasPrefix("newline") {
        // The lines are kept, since nobody knows what became of them.
        #expect(ended.status == 1)
        let kept = try String(contentsOf: folder.appending(path: "rejects"), encoding: .utf8)
        #expect(kept == "{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n")
      } else {
        #expect(ended.status == 69, "\(ended.errors)")
        #expect(ended.errors.contains("no line was written"))
      }
      #expect(ended.errors.utf8.count < 4096)
    }
  }

  /// What a worker says of its lines: results are JSON objects of a size that follows limits.payload, or rejections.
  @Test(arguments: [
    ("no-json", "the worker's result is no JSON object"), ("list", "the worker's result is no JSON object"),
    ("control-in-output", "the worker's result is no JSON object"),
    ("two-objects", "the worker's result is no JSON object"),
    (
      "huge-output",
      "the worker's result has 20971529 bytes; the limit is 10485760, which follows limits.payload"
    ),
    ("no-json-outcome", "the worker's outcome is no JSON"), ("long-cause", "\\u{1b}x\\u{1b}x"),
  ])
  func aResultThatIsNoneIsRejected(_ lie: String, _ cause: String) throws {
    let ended = try Self.run(lie: lie, input: "{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n")
    #expect(ended.status == 1, "\(ended.errors.prefix(500))")
    #expect(ended.output.isEmpty)
    #expect(ended.errors.contains("stdin:2: rejected at byte 0: \(cause)"), "\(ended.errors.prefix(500))")
    #expect(ended.errors.utf8.count < 16 << 10)
  }

  @Test(arguments: ["long-notes", "foreign-notes", "smallest-landlock"])
  func whatAWorkerNotesIsBounded(_ lie: String) throws {
    let ended = try Self.run(lie: lie, input: "{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n")
    #expect(ended.status == 0, "\(ended.errors.prefix(500))")
    #expect(ended.text == "{\"aps\":{}}\n{\"aps\":{}}\n")
    #expect(!ended.errors.contains("forged"))
    #expect(ended.errors.utf8.count < 1 << 20)
  }

  private static func run(lie: String, input: String) throws -> Program.Ended {
    try Program.withFolder { folder in
      let worker = folder.appending(path: lie)
      try FileManager.default.createSymbolicLink(
        at: worker, withDestinationURL: Program.folder.appending(path: "HostileWorker"))
      try "workers: 1\nplugins: [p.lua]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return {}".write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      return try Program.run(
        ["run", "--config", folder.appending(path: "notilua.yaml").path], input: Data(input.utf8),
        environment: ["NOTILUA_WORKER": worker.path])
    }
  }

  private static let unitFilter =
    "SystemCallFilter=@system-service seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self"

  /// What a unit's SystemCallFilter or a container's profile does: an errno, or a kill by SIGSYS where it is 0.
  @Test(
    arguments: [
      ("seccomp", 1, "could not lock itself with seccomp and rlimits: seccomp: Operation not permitted"),
      ("seccomp", 0, "was killed (signal 31, SIGSYS) as it locked itself by seccomp"),
      (
        "landlock_create_ruleset", 0,
        "was killed (signal 31, SIGSYS) as it locked itself by landlock_create_ruleset"
      ),
      (
        "landlock_restrict_self", 0,
        "was killed (signal 31, SIGSYS) as it locked itself by landlock_restrict_self"
      ),
      (
        "timer_create", 1,
        "could not lock itself with seccomp and rlimits: timer_create: Operation not permitted"
      ),
      (
        "memfd_create", 1,
        "no memory to share time zones with a worker: memfd_create: Operation not permitted"
      ),
    ] as [(String, Int, String)])
  func theCallThatAFilterForbidsIsNamed(_ call: String, _ code: Int, _ cause: String) throws {
    let ended = try Self.runWith(["refusing", call, "\(code)"])
    #expect(ended.status == 69)
    #expect(ended.output.isEmpty)
    #expect(ended.errors.contains(cause), "\(ended.errors)")
    #expect(ended.errors.contains(Self.unitFilter), "\(ended.errors)")
    #expect(!ended.errors.contains("build it anew"))
  }

  @Test(
    arguments: [
      (
        "landlock_create_ruleset", 1,
        "Landlock is refused, and workers are locked by seccomp and rlimits alone:"
      ),
      ("landlock_restrict_self", 1, "landlock_restrict_self: Operation not permitted"),
      ("landlock_create_ruleset", 38, "this kernel has no Landlock, or a container hides it"),
      (
        "landlock_create_ruleset", 95,
        "Landlock is not enabled; add it to 'lsm=' of the kernel's command line"
      ),
    ] as [(String, Int, String)])
  func whyThereIsNoLandlockIsSaid(_ call: String, _ code: Int, _ cause: String) throws {
    let ended = try Self.runWith(["refusing", call, "\(code)"])
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text == "{\"aps\":{}}\n")
    #expect(ended.errors.contains(cause), "\(ended.errors)")
  }

  private static func runWith(_ probe: [String]) throws -> Program.Ended {
    let program = Program.folder.appending(path: "notilua").path
    return try Program.run(
      probe + [program, "run", "--plugin", "plugins/recall"], input: Data("{\"aps\":{}}\n".utf8),
      program: "SandboxProbe")
  }

  /// What there is too little of, and where to raise it.
  @Test(arguments: [
    ("ulimit -n 8", "this process may open 8 files; raise 'ulimit -n', or LimitNOFILE= of the unit"),
    ("ulimit -n 12", "this process may open 12 files; raise 'ulimit -n', or LimitNOFILE= of the unit"),
    ("ulimit -n 16", "this process may open 16 files; raise 'ulimit -n', or LimitNOFILE= of the unit"),
    ("export NOTILUA_WORKER=/nowhere/notilua-worker", "put notilua-worker beside this program"),
    ("export NOTILUA_WORKER=/etc/passwd", "make it executable for this user"),
  ])
  func whatAWorkerLacksIsNamed(_ setting: String, _ cause: String) throws {
    let program = Program.folder.appending(path: "notilua").path
    let ended = try Program.run(
      ["-c", "\(setting); exec '\(program)' run --workers 2 --plugin plugins/recall"],
      input: Data("{\"aps\":{}}\n".utf8), program: "/bin/bash")
    #expect(ended.status == 69, "\(ended.errors)")
    #expect(ended.output.isEmpty)
    #expect(ended.errors.contains(cause), "\(ended.errors)")
    #expect(ended.errors.contains("put notilua-worker") == setting.contains("nowhere"))
  }

  /// Without /proc there are no arguments.
  @Test func aMissingProcIsNamed() throws {
    let program = Program.folder.appending(path: "notilua").path
    let ended = try Program.run(
      ["-rm", "bash", "-c", "umount -l /proc && exec '\(program)' run --plugin plugins/recall"],
      input: Data("{\"aps\":{}}\n".utf8), program: "/usr/bin/unshare")
    // A container may not let anybody make a namespace of his own.
    if ended.errors.hasPrefix("unshare:") || ended.errors.contains("umount:") { return }
    #expect(ended.status == 69)
    #expect(ended.output.isEmpty)
    #expect(ended.errors.hasPrefix("notilua: /proc is not mounted here"), "\(ended.errors)")
  }

  @Test func aWorkerStartedByHandSaysWhatItIs() throws {
    let ended = try Program.run([], program: "notilua-worker")
    #expect(ended.status == 64)
    #expect(ended.errors == "notilua-worker: started by hand; it is a part of 'notilua run'\n")
  }
}
