import ConfigurationFiles
import EventLoop
import Glibc

/// Opening the files of a run.
extension RunInput {
  /// Finds out before the first line whether an input can be read.
  static func checkReadable(_ path: String) throws(HostError) {
    var status = stat()
    guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
      throw HostError(.noInput, "'\(path)': \(systemMessage()); check the path and who may read it")
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw HostError(.noInput, "'\(path)' is a folder; name the files in it")
    }
  }

  /// Opens a file for reading.
  ///
  /// Without waiting: the writer of a pipe is waited for together with results and signals.
  static func open(_ path: String) throws(HostError) -> Int32 {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard file >= 0 else {
      throw HostError(.noInput, "'\(path)': \(systemMessage()); check the path")
    }
    _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK)
    return file
  }
}
