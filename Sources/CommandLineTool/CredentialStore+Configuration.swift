import APNsCredentials
import ConfigurationFiles
import Notilua

extension CredentialStore {
  /// The folder that the configuration names, else the one of `notilua credentials`.
  init(_ apns: Configuration.APNs) throws(HostError) {
    do throws(CredentialError) {
      self.init(
        folder: apns.credentialFolder ?? CredentialStore.defaultFolder, sealingKey: try SealingKey.found())
    } catch {
      throw HostError(.usage, error.message)
    }
  }

  /// Returns every credential, of which there is one at least.
  func loaded() throws(HostError) -> [Credential] {
    let credentials: [Credential]
    do throws(CredentialError) {
      credentials = try load()
    } catch {
      throw HostError(.usage, error.message)
    }
    guard !credentials.isEmpty else {
      throw HostError(
        .usage, "'\(folder)': no credential there; add one with 'notilua credentials add NAME FILE'")
    }
    return credentials
  }
}
