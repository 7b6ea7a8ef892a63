import CSystemd
import EventLoop
import Glibc
import NotificationModel

/// The listening sockets that the service manager has opened for this process, by their names.
///
/// Source: the manual pages sd_listen_fds(3) and systemd.socket(5), `FileDescriptorName=`. They are closed on exec.
package struct PassedSockets: Sendable, Equatable {
  /// An error for which a passed socket cannot be used, as a sentence for people.
  package struct Failure: Error, Equatable {
    /// The sentence.
    package let message: String
  }

  private let descriptors: [String: [Int32]]

  /// Takes over the sockets that were passed to this process; there are none where `LISTEN_PID` names another.
  ///
  /// - Parameter known: the names that the service has a use for.
  /// - Throws: ``Failure`` where one has another name, or is no listening stream socket.
  package init(known: Set<String>) throws(Failure) {
    var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    let count = sd_listen_fds_with_names(0, &names)
    guard count >= 0 else {
      throw Failure(message: "the sockets that were passed: \(systemMessage(-count)); look at LISTEN_FDS")
    }
    var found: [String: [Int32]] = [:]
    for index in 0..<Int(count) {
      let name = names?[index].map { String(cString: $0) } ?? ""
      let descriptor = Int32(SD_LISTEN_FDS_START) + Int32(index)
      try Self.check(descriptor, name, known)
      found[name, default: []].append(descriptor)
    }
    descriptors = found
    for index in 0..<Int(count) { free(names?[index]) }
    free(names)
  }

  /// Returns the descriptors that have a name, in the order of the socket unit; their owner closes them.
  package subscript(name: String) -> [Int32] { descriptors[name] ?? [] }

  /// A Boolean value that indicates whether no socket was passed.
  package var isEmpty: Bool { descriptors.isEmpty }

  private static func check(_ descriptor: Int32, _ name: String, _ known: Set<String>) throws(Failure) {
    guard known.contains(name) else {
      let names = known.sorted().joined(separator: " or ")
      throw Failure(
        message: "a socket was passed by the name '\(name.shortened)'; set FileDescriptorName= to \(names)")
    }
    guard sd_is_socket(descriptor, AF_UNSPEC, Int32(SOCK_STREAM.rawValue), 1) > 0 else {
      throw Failure(
        message:
          "the descriptor that was passed as '\(name)' is no listening stream socket; use ListenStream=")
    }
  }
}
