import APNs
import APNsCredentials
import ConfigurationFiles
import Glibc
import Notilua

extension APNsOptions {
  /// Returns the proxy of the flag or the configuration, else of the environment, with the hosts that need none.
  ///
  /// `NO_PROXY` belongs to `HTTPS_PROXY`: a proxy that the flag or the configuration names is for every server.
  static func proxy(_ apns: Configuration.APNs) throws(HostError) -> (ProxyAddress?, ProxyExceptions) {
    if let proxy = apns.proxy { return (try named(proxy, apns), ProxyExceptions()) }
    // As curl reads them: the small letters first.
    guard let (name, text) = variable(["https_proxy", "HTTPS_PROXY"]) else {
      return (nil, ProxyExceptions())
    }
    let exceptions = ProxyExceptions(variable(["no_proxy", "NO_PROXY"])?.text ?? "")
    return (try address(text, name), exceptions)
  }

  /// Returns the proxy of a URL without a password, with the password of the configuration's file.
  private static func named(_ text: String, _ apns: Configuration.APNs) throws(HostError) -> ProxyAddress? {
    if text.isEmpty { return nil }
    let name = apns.name(of: "proxy")
    var address = try address(text, name)
    guard address.password == nil else {
      throw HostError(
        .usage,
        "\(name) has a password in it, which others can read there; write http://USER@HOST:PORT, and name the"
          + " password's file in apns.proxy_password_file")
    }
    guard let file = apns.proxyPasswordFile else { return address }
    guard address.user != nil else {
      throw HostError(
        .usage, "\(name) names no user for apns.proxy_password_file; write it as http://USER@HOST:PORT")
    }
    do throws(CredentialError) {
      let password = String(validating: try PassphraseSource.file(file).passphrase(), as: UTF8.self)
      guard let password else { throw CredentialError("'\(file)': not UTF-8; save it as UTF-8") }
      address.password = password
    } catch {
      throw HostError(.usage, "\(apns.name(of: "proxy_password_file")): \(error.message)")
    }
    return address
  }

  private static func address(_ text: String, _ name: String) throws(HostError) -> ProxyAddress {
    do throws(ProxyAddress.Problem) {
      return try ProxyAddress(url: text)
    } catch {
      throw HostError(.usage, "\(name) \(error)")
    }
  }

  /// The first variable of the environment that is set and not empty.
  private static func variable(_ names: [String]) -> (name: String, text: String)? {
    for name in names {
      if let value = getenv(name), value.pointee != 0 { return (name, String(cString: value)) }
    }
    return nil
  }
}
