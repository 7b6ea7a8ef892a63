import APNs
import APNsCredentials
import ConfigurationFiles
import Glibc
import Notilua

extension APNsFlags {
  /// The proxy of the flag, else of the configuration, else of the environment, with the hosts that need none.
  ///
  /// `NO_PROXY` belongs to `HTTPS_PROXY`: a proxy that the flag or the configuration names is for every server.
  func proxySettings(_ apns: Configuration.APNs) throws(HostError) -> (ProxyAddress?, ProxyExceptions) {
    if let proxy { return (try named(proxy, "--proxy", apns), ProxyExceptions()) }
    if let proxy = apns.proxy {
      let place = apns.places["proxy"].map { "\($0): " } ?? ""
      return (try named(proxy, "\(place)apns.proxy", apns), ProxyExceptions())
    }
    // As curl reads them: the small letters first.
    guard let (name, text) = Self.variable(["https_proxy", "HTTPS_PROXY"]) else {
      return (nil, ProxyExceptions())
    }
    let exceptions = ProxyExceptions(Self.variable(["no_proxy", "NO_PROXY"])?.text ?? "")
    return (try Self.address(text, name), exceptions)
  }

  /// The proxy of a URL without a password, with the password of the configuration's file.
  private func named(_ text: String, _ name: String, _ apns: Configuration.APNs) throws(HostError)
    -> ProxyAddress?
  {
    if text.isEmpty { return nil }
    var address = try Self.address(text, name)
    guard address.password == nil else {
      throw HostError(
        .usage,
        "\(name) has a password in it, which others can read there; write http://USER@HOST:PORT, and name the"
          + " password's file in apns.proxy_password_file")
    }
    guard let file = apns.proxyPasswordFile else { return address }
    guard address.user != nil else {
      if proxy != nil { return address }
      throw HostError(
        .usage, "\(name) names no user for apns.proxy_password_file; write it as http://USER@HOST:PORT")
    }
    do throws(CredentialError) {
      let password = String(validating: try PassphraseSource.file(file).passphrase(), as: UTF8.self)
      guard let password else { throw CredentialError("'\(file)': not UTF-8; save it as UTF-8") }
      address.password = password
    } catch {
      let place = apns.places["proxy_password_file"].map { "\($0): " } ?? ""
      throw HostError(.usage, "\(place)apns.proxy_password_file: \(error.message)")
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
