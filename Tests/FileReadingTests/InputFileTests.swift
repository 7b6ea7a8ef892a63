import FileReading
import Foundation
import Glibc
import Testing

/// Files that are named by people, and what else can stand at a path.
struct InputFileTests {
  private let folder = TemporaryFolder()

  private func problem(_ path: String, form: InputFile.Form = .file, followsLinks: Bool = true)
    -> FileProblem?
  {
    do throws(FileProblem) {
      _ = try InputFile(path, form: form, followsLinks: followsLinks).bytes(.key)
      return nil
    } catch {
      return error
    }
  }

  @Test func readsAFile() throws {
    let path = folder.file("file", "content")
    #expect(try InputFile.bytes(path, .key) == Array("content".utf8))
    #expect(try InputFile.bytes(folder.link("link", to: path), .key) == Array("content".utf8))
    #expect(try InputFile.bytes("/dev/null", .key) == [])
    // A file of the kernel has no size before it is read.
    #expect(try InputFile.bytes("/proc/self/statm", .key).isEmpty == false)
  }

  /// Nobody writes into the pipe: a reader that waits for one would never end.
  @Test func refusesWhatIsNoFileAtOnce() throws {
    #expect(problem(folder.path) == .isNoFile(.folder))
    #expect(problem(folder.pipe("pipe")) == .isNoFile(.pipe))
    #expect(problem(folder.link("link", to: folder.pipe("other"))) == .isNoFile(.pipe))
    #expect(problem(try folder.socket("socket")) == .isNoFile(.socket))
    for device in ["/dev/zero", "/dev/full", "/dev/ptmx", "/dev/tty"] where access(device, R_OK) == 0 {
      // Without a terminal there is no /dev/tty to open: ENXIO, as for a socket.
      let found = problem(device)
      #expect(found == .isNoFile(.device) || found == .isNoFile(.socket), "\(device)")
    }
    #expect(problem(folder.path + "/none") == .refused(ENOENT))
    #expect(problem(folder.file("x", "") + "/below") == .refused(ENOTDIR))
    #expect(problem(folder.link("loop", to: folder.path + "/loop")) == .refused(ELOOP))
    #expect(problem(folder.link("refused", to: folder.file("y", "")), followsLinks: false) == .refused(ELOOP))
  }

  /// `<(command)` of a shell, and the standard input by its name.
  @Test func readsADescriptorThatAShellHandsOver() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    #expect(write(ends[1], "text", 4) == 4)
    close(ends[1])
    defer { close(ends[0]) }
    #expect(try InputFile.bytes("/dev/fd/\(ends[0])", .key) == Array("text".utf8))
    #expect(try InputFile.bytes("/proc/self/fd/\(ends[0])", .key) == [])
  }

  /// A person types a passphrase, into a terminal or to the command of `<(command)`: that takes its time.
  @Test func watchesOnlyWhatMayNeverHaveAWriter() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    for path in ["/dev/fd/\(ends[0])", "/proc/self/fd/\(ends[0])", "/dev/null"] {
      let isWatched = try InputFile(path, form: .small).isWatched
      #expect(!isWatched, "\(path)")
    }
    let isWatched = try InputFile(folder.pipe("pipe"), form: .small).isWatched
    #expect(isWatched)
  }

  /// A writer that comes at any time before or after the reader, and goes at once, many times: none is missed.
  @Test(arguments: [InputFile.Form.stream, .small])
  func waitsForTheWriterOfAPipe(_ form: InputFile.Form) throws {
    let path = folder.pipe("pipe")
    let rounds = 300
    // Threads of their own: both ends wait in calls that would hold up other tests' tasks.
    Thread.detachNewThread {
      for round in 0..<rounds {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        _ = write(file, "\(round)", "\(round)".utf8.count)
        close(file)
        // Until it is read: what the next round writes is another reader's.
        while access(path + ".\(round)", F_OK) != 0 { usleep(10) }
      }
    }
    for round in 0..<rounds {
      if round.isMultiple(of: 3) { usleep(50) }
      let bytes = try InputFile.bytes(path, .key, form: form)
      _ = folder.file("pipe.\(round)", "")
      #expect(bytes == Array("\(round)".utf8))
    }
  }

  @Test func readsNoMoreThanTheLimit() throws {
    let limit = ReadingLimit.key.with(count: 100)
    #expect(try InputFile.bytes(folder.file("fits", String(repeating: "x", count: 100)), limit).count == 100)
    #expect(throws: FileProblem.isTooLarge(limit)) {
      try InputFile.bytes(folder.file("large", String(repeating: "x", count: 101)), limit)
    }
    // A device has no end, and its size says nothing.
    #expect(throws: FileProblem.isTooLarge(limit)) { try InputFile.bytes("/dev/zero", limit, form: .small) }
    // Nor does the size of a file that grows.
    let sparse = folder.file("sparse", "")
    #expect(truncate(sparse, 1 << 40) == 0)
    #expect(throws: FileProblem.isTooLarge(limit)) { try InputFile.bytes(sparse, limit) }
  }

  @Test func erasesWhatItGivesUp() throws {
    var erased = 0
    let file = try InputFile(folder.file("large", String(repeating: "x", count: 101)))
    _ = try? InputFile.bytes(of: file.descriptor, .key.with(count: 100)) { bytes in
      erased += 1
      bytes = []
    }
    #expect(erased == 2)
  }

  /// Descriptors are counted by the kernel, not by the class under test.
  @Test func closesWhatItOpened() throws {
    let pipe = folder.pipe("pipe")
    let file = folder.file("file", "x")
    // Other tests run beside this one: a leak of one each would show a hundredfold.
    let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    for _ in 0..<1000 {
      _ = problem(pipe)
      _ = problem(folder.path)
      _ = problem(file)
    }
    let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    #expect(after < before + 500)
  }
}
