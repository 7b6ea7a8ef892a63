import Foundation
import Testing

/// What a run writes beside its output.
struct RunFilesTests {
  @Test(arguments: ["half", "{\"line\":3,\"ac", "x\nhalf"])
  func halfALineOfAnEarlierRunIsEndedAndNamed(_ half: String) throws {
    try Program.withFolder { folder in
      let files = ["--audit", "--rejects"].map { (option: $0, path: folder.appending(path: $0).path) }
      for file in files { try half.write(toFile: file.path, atomically: false, encoding: .utf8) }
      let ended = try Program.run(
        ["run", "--no-plugins", "--quiet"] + files.flatMap { [$0.option, $0.path] },
        input: "{\"aps\":{}}\nbad\n")
      #expect(ended.status == 1)
      for file in files {
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.hasPrefix(half + "\n") && text.hasSuffix("\n"), "\(text)")
        #expect(
          ended.errors.contains(
            "\(file.option): '\(file.path)' ended in the middle of a line, at byte \(half.utf8.count)"),
          "\(ended.errors)")
      }
      #expect(try String(contentsOfFile: files[1].path, encoding: .utf8) == half + "\nbad\n")
      // Whole files are nobody's business.
      let again = try Program.run(
        ["run", "--no-plugins", "--quiet"] + files.flatMap { [$0.option, $0.path] }, input: "{\"aps\":{}}\n")
      #expect(again.status == 0 && again.errors == "", "\(again.errors)")
    }
  }

  @Test func anAuditIsNeverBehindItsOutput() throws {
    try Program.withFolder { folder in
      let audit = folder.appending(path: "audit")
      try FileManager.default.createSymbolicLink(
        at: audit, withDestinationURL: URL(fileURLWithPath: "/dev/full"))
      let ended = try Program.run(FilterRun.plain + ["--audit", audit.path], input: FilterRun.line("x"))
      #expect(ended.status == 74)
      #expect(ended.text.isEmpty)
      #expect(
        ended.errors
          == "notilua: --audit '\(audit.path)': No space left on device; make room, or name another file; no line was"
          + " written whole, so empty \(audit.path) and go on at stdin:1\n")
    }
  }

  /// Under a mask that forbids nothing, so that the modes are the program's own.
  @Test func whatIsWrittenBesideTheOutputIsForItsOwner() throws {
    try Program.withFolder { folder in
      let line = #"{"id":"a","device_token":"5ec4e7","payload":{"aps":{"alert":"x"}}}"#
      try (line + "\n{\n").write(to: folder.appending(path: "in"), atomically: true, encoding: .utf8)
      let commands = """
        umask 000
        PATH=\(Program.folder.path):$PATH
        notilua run --no-plugins --quiet --outbox box --audit audit --rejects rejects in
        notilua record --to record in > /dev/null
        """
      let ended = try Program.run(["-c", commands], program: "/bin/sh", in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "in" }
      #expect(Set(names).isSuperset(of: ["audit", "box", "record", "rejects"]), "\(names) \(ended.errors)")
      for name in names {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
        #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(name)")
      }
    }
  }
}
