import APNsCredentials
import CommandSupport
import ConfigurationFiles
import Glibc
import Notilua
import TerminalPages

/// The credentials of a run that may last for months: read again where they change on disk, and warned of before they
/// expire.
final class CredentialWatch {
  private let store: CredentialStore
  private var stamp: CredentialStore.Stamp
  private var credentials: [Credential]
  private var warned: [String: ExpiryWarning.Level] = [:]
  private let say: (String) -> Void
  /// The metrics of the credentials as they change; nil where there is no reader.
  var metrics: CredentialMetrics?

  /// - Parameter say: told sentences for people.
  init(_ store: CredentialStore, say: @escaping (String) -> Void) throws(HostError) {
    self.store = store
    self.say = say
    // Before they are read: a change in between is seen the next time.
    stamp = store.stamp()
    credentials = try store.loaded()
    warn()
  }

  /// As they were read last.
  var current: [Credential] { credentials }

  /// The credentials, where they have changed since the last call.
  func changed() -> [Credential]? {
    defer { warn() }
    let now = store.stamp()
    guard now != stamp else { return nil }
    stamp = now
    do throws(HostError) {
      credentials = try store.loaded()
      warned.removeAll()
      metrics?.take(credentials)
      return credentials
    } catch {
      // Half of a change perhaps; the other half is seen, too.
      say("\(error.message); the credentials from before are kept")
      return nil
    }
  }

  /// Warns of each credential once at every level: 30 days, 7 days, 1 day, expired.
  private func warn() {
    for credential in credentials {
      guard let warning = credential.expiryWarning(now: Int64(time(nil))),
        warned[credential.name].map({ $0 < warning.level }) ?? true
      else { continue }
      warned[credential.name] = warning.level
      say("\(credential.name): the certificate \(warning)")
    }
  }
}
