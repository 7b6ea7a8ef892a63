import EventLoop
import Testing

/// Secrets stay in this process.
struct ChildEnvironmentTests {
  @Test func secretsAndTheirPlacesAreTakenOut() {
    ChildEnvironment.hide("CHILD_TEST_PHRASE")
    let given = [
      "NOTILUA_SEALING_KEY": "00ff", "NOTILUA_CREDENTIALS": "/store", "CREDENTIALS_DIRECTORY": "/run/c",
      "CHILD_TEST_PHRASE": "open sesame", "PATH": "/bin", "CREDENTIALS_DIRECTORY_2": "x",
    ]
    #expect(
      ChildEnvironment.withoutSecrets(given) == ["PATH": "/bin", "CREDENTIALS_DIRECTORY_2": "x"])
  }

  /// RFC 3986, section 3.2.1: what stands before "@" is the user, and a password perhaps.
  @Test(arguments: [
    ("http://ann:secret@proxy.example:3128", "http://proxy.example:3128"),
    ("http://ann:secret@proxy.example:3128/", "http://proxy.example:3128/"),
    ("ann:secret@proxy.example:3128", "proxy.example:3128"),
    ("http://ann:p@ss/w?#@proxy.example", "http://proxy.example"),
    ("socks5h://ann@[2001:db8::1]:1080", "socks5h://[2001:db8::1]:1080"),
    ("ann:a://b@proxy", "proxy"), ("http://ann:secret@\u{301}proxy", "http://\u{301}proxy"),
    ("http://proxy.example:3128", "http://proxy.example:3128"), ("@", ""), ("", ""),
  ])
  func aProxyKeepsItsPlaceAndLosesItsUser(_ address: String, _ expected: String) {
    for name in ["HTTPS_PROXY", "https_proxy", "http_proxy", "ALL_PROXY", "Ftp_Proxy"] {
      let kept = ChildEnvironment.withoutSecrets([name: address])[name] ?? ""
      #expect(kept == expected)
      #expect(!kept.contains("secret"))
    }
    #expect(ChildEnvironment.withoutSecrets(["no_proxy": ".example.com,10.0.0.0/8"]).count == 1)
  }

  @Test func aHelperHasWhatItIsGiven() {
    #expect(ChildEnvironment.helper().entries == [])
    #expect(ChildEnvironment.helper(["B": "2", "A": "1"]).entries == ["A=1", "B=2"])
    let command = ChildEnvironment.command(adding: ["NOTILUA_TITLE": "Hi"])
    #expect(command.variables["NOTILUA_TITLE"] == "Hi" && command.variables["PATH"] != nil)
  }
}
