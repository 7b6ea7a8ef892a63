import EventLoop
import Foundation
import Glibc
import Testing

/// Processes, and what they get of this one.
@Suite(.serialized)
struct ChildTests {
  private func command(_ text: String) -> Child.Command { .shell(text) }

  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137 as Int32)])
  func theStatusIsThatOfAShell(_ text: String, _ status: Int32) throws {
    let child = try Child(command(text))
    #expect(child.wait().status == status)
    #expect(child.endingIfEnded()?.status == status)
    #expect(child.wait(atMost: .zero)?.status == status)
  }

  @Test func theLoopIsToldOfTheEndOnce() throws {
    let reactor = try Reactor()
    let child = try Child(command("exit 3"))
    var seen: [Child.Ending] = []
    let watch = child.whenEnded(on: reactor) { seen.append($0) }
    reactor.run { !seen.isEmpty }
    reactor.turn(timeout: .milliseconds(30))
    #expect(seen == [.exited(3)])
    withExtendedLifetime(watch) {}
  }

  @Test func aChildThatHasEndedLongAgoIsReported() throws {
    let reactor = try Reactor()
    let child = try Child(command("exit 3"))
    _ = child.wait()
    var seen: [Child.Ending] = []
    let watch = child.whenEnded(on: reactor) { seen.append($0) }
    reactor.run { !seen.isEmpty }
    #expect(seen == [.exited(3)])
    withExtendedLifetime(watch) {}
  }

  @Test func aWaitThatIsBoundedEnds() throws {
    let child = try Child(command("exec sleep 100"))
    #expect(child.wait(atMost: .milliseconds(20)) == nil)
    #expect(child.endingIfEnded() == nil)
    child.kill(SIGTERM)
    #expect(child.wait(atMost: .seconds(20)) == .signaled(SIGTERM))
    // Its number may be another process' by now.
    child.kill()
  }

  @Test func aGroupOfItsOwnIsKilledAsAWhole() throws {
    var command = command("sleep 100 & echo $!; wait")
    command.output = .pipe
    command.hasOwnGroup = true
    let child = try Child(command)
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = read(child.output, &bytes, bytes.count)
    let grandchild = try #require(pid_t(String(decoding: bytes[..<count], as: UTF8.self).dropLast()))
    child.kill()
    _ = child.wait()
    // The pipe ends with the last process that has it.
    #expect(read(child.output, &bytes, bytes.count) == 0)
    #expect(getpgid(grandchild) != getpgrp())
  }

  @Test func aChildEndsWithItsLastReference() throws {
    var process: pid_t = 0
    do {
      let child = try Child(command("exec sleep 100"))
      process = child.process
      #expect(kill(process, 0) == 0)
    }
    #expect(kill(process, 0) == -1 && errno == ESRCH)
  }

  @Test func theChildHasNoOtherDescriptorsThanThoseItIsGiven() throws {
    // One that is not closed on exec, as a library may leave it.
    let stray = dup(0)
    defer { close(stray) }
    #expect(fcntl(stray, F_GETFD) & FD_CLOEXEC == 0)
    let run = try Child.run(command("ls /proc/self/fd"), limit: 4096)
    // ls opens the folder itself.
    #expect(String(decoding: run.output, as: UTF8.self) == "0\n1\n2\n3\n")
  }

  @Test func descriptorsAreMovedWhateverTheirNumbers() throws {
    let pipes = try (0..<3).map { _ in try Pipe() }
    defer { for pipe in pipes { pipe.close() } }
    var command = command("echo three >&3; echo five >&5; test -e /proc/self/fd/4 || echo none")
    command.others = [pipes[2].writer, -1, pipes[0].writer]
    let run = try Child.run(command, limit: 100)
    #expect(String(decoding: run.output, as: UTF8.self) == "none\n")
    func line(_ pipe: Pipe) -> String {
      var bytes = [UInt8](repeating: 0, count: 16)
      let count = read(pipe.reader, &bytes, 16)
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
    #expect(line(pipes[2]) == "three\n")
    #expect(line(pipes[0]) == "five\n")
  }

  @Test func aChildBeginsWithoutBlockedAndIgnoredSignals() throws {
    let before = signal(SIGUSR1, SIG_IGN)
    defer { signal(SIGUSR1, before) }
    let run = try Child.run(command("grep -E '^Sig(Blk|Ign)' /proc/self/status"), limit: 200)
    let masks = String(decoding: run.output, as: UTF8.self).split(separator: "\n").map { $0.suffix(16) }
    // The two signals below SIGRTMIN are glibc's own, which posix_spawn ignores in the child (pthreads(7)).
    let own: UInt64 = 3 << 31
    #expect(masks.map { UInt64($0, radix: 16).map { $0 & ~own } } == [0, 0])
  }

  @Test(arguments: [("/no/such/program", ENOENT), ("/", EACCES), ("/etc/passwd", EACCES)])
  func aProgramThatCannotBeStartedIsAnError(_ path: String, _ code: Int32) {
    #expect(throws: SystemError("posix_spawn", code)) { try Child(.init(path, environment: .helper())) }
  }

  @Test func aFailedStartLeavesNoDescriptorBehind() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    for _ in 0..<50 {
      var command = Child.Command("/no/such/program", environment: .helper())
      (command.input, command.output, command.errors) = (.pipe, .pipe, .pipe)
      #expect(throws: SystemError.self) { try Child(command) }
    }
    // Other tests open some meanwhile, and no hundreds.
    #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count < before + 100)
  }

  @Test func theInputEndsWhereItIsClosed() throws {
    var command = command("cat")
    (command.input, command.output) = (.pipe, .pipe)
    let child = try Child(command)
    #expect(write(child.input, "hello", 5) == 5)
    child.closeInput()
    #expect(child.input == -1)
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(child.output, &bytes, 16) == 5)
    #expect(child.wait() == .exited(0))
  }

  @Test func aRunIsCutOffAtItsLimitAndAtItsTime() throws {
    let endless = try Child.run(command("exec yes"), limit: 1000, patience: .seconds(30))
    #expect(endless.output.count == 1000)
    #expect(endless.ending == .signaled(SIGPIPE))
    let silent = try Child.run(command("exec sleep 100"), limit: 1000, patience: .milliseconds(20))
    #expect(silent.output == [] && silent.ending == .signaled(SIGKILL))
    let closed = try Child.run(command("exec >&-; exec sleep 100"), limit: 1000, patience: .milliseconds(20))
    #expect(closed.ending == .signaled(SIGKILL))
  }

  /// In a process of its own: the environment of this one is that of every test's programs.
  @Test func secretsStayHere() async {
    await #expect(processExitsWith: .success) {
      setenv("NOTILUA_SEALING_KEY", "00ff", 1)
      setenv("CREDENTIALS_DIRECTORY", "/run/c", 1)
      let run = try Child.run(.shell("env", adding: ["NOTILUA_TITLE": "x"]), limit: 1 << 16)
      let text = String(decoding: run.output, as: UTF8.self)
      #expect(!text.contains("SEALING") && !text.contains("CREDENTIALS_DIRECTORY"))
      #expect(text.contains("NOTILUA_TITLE=x\n"))
      let helper = try Child.run(.init("/usr/bin/env", environment: .helper(["A": "1"])), limit: 1 << 16)
      #expect(String(decoding: helper.output, as: UTF8.self) == "A=1\n")
    }
  }
}
