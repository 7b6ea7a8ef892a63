import FileReading
import Glibc
import Testing

/// The sentence of each problem with a file.
struct FileProblemTests {
  @Test(arguments: [
    (FileProblem.refused(ENOENT), "'x': No such file or directory; check the path and who may read it"),
    (.isNoFile(.folder), "'x' is a folder; name the file in it"),
    (.isNoFile(.pipe), "'x' is a pipe, not a regular file; name a file"),
    (.isTooLarge(.configuration), "'x' has more than 1 MiB; move long settings into the plugins"),
  ])
  func saysWhatToDo(_ problem: FileProblem, _ message: String) {
    #expect(problem.message("x") == message)
  }
}
