import Glibc
import Synchronization

/// The environment of a process that this program starts, without this program's secrets.
///
/// Every child gets its environment from here: the operator's commands, the workers and the thumbnailer.
package struct ChildEnvironment: Sendable, Equatable {
  /// The values by their names.
  package private(set) var variables: [String: String]

  /// The variables that hold a secret under a name of the operator's choice.
  private static let hidden = Mutex<Set<String>>([])

  /// Keeps a variable from every child that is started from now on, such as one that holds a passphrase.
  package static func hide(_ name: String) { hidden.withLock { _ = $0.insert(name) } }

  /// Returns the environment of a program of ours, which has nothing but what it is given here.
  package static func helper(_ variables: [String: String] = [:]) -> ChildEnvironment {
    ChildEnvironment(variables: variables)
  }

  /// Returns the environment of a command of the operator's: this process' own without secrets, and `added`.
  package static func command(adding added: [String: String] = [:]) -> ChildEnvironment {
    ChildEnvironment(variables: withoutSecrets(inherited).merging(added) { $1 })
  }

  /// The entries as `execve` has them, in the order of their names.
  package var entries: [String] { variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

  /// Takes out the variables that are, name or lead to a secret, and what proxies are told of a user.
  package static func withoutSecrets(_ variables: [String: String]) -> [String: String] {
    let hidden = hidden.withLock { $0 }
    var kept: [String: String] = [:]
    for (name, value) in variables where !hidden.contains(name) {
      // Ours, with the sealing key among them, and the folder in which systemd hands out credentials.
      if name.hasPrefix("NOTILUA_") || name == "CREDENTIALS_DIRECTORY" { continue }
      kept[name] = name.lowercased().hasSuffix("_proxy") ? withoutUser(value) : value
    }
    return kept
  }

  /// Takes the user and the password out of a proxy's address.
  private static func withoutUser(_ address: String) -> String {
    // The last one: a password may have one that was not escaped.
    guard let at = address.utf8.lastIndex(of: 0x40) else { return address }
    let host = address[address.utf8.index(after: at)...]
    guard let scheme = address.firstRange(of: "://"), scheme.upperBound <= at,
      address[..<scheme.lowerBound].allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
    else { return String(host) }
    return String(address[..<scheme.upperBound] + host)
  }

  /// This process' environment.
  private static var inherited: [String: String] {
    var found: [String: String] = [:]
    var at = environ
    while let text = at.pointee {
      let entry = String(cString: text)
      // By bytes: "=" and a mark that combines with it are one character.
      if let equals = entry.utf8.firstIndex(of: 0x3D) {
        found[String(entry[..<equals])] = String(entry[entry.utf8.index(after: equals)...])
      }
      at += 1
    }
    return found
  }
}
