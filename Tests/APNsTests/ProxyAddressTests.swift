import APNs
import Testing

/// RFC 3986 §3.2 says what the parts of a URL are; that the scheme may be missing is curl's and Go's habit.
struct ProxyAddressTests {
  @Test(
    arguments: [
      ("http://proxy.test:3128", "proxy.test", 3128, nil, nil),
      ("http://proxy.test", "proxy.test", 80, nil, nil),
      ("HTTP://proxy.test:1/", "proxy.test", 1, nil, nil), ("proxy.test:3128", "proxy.test", 3128, nil, nil),
      ("http://[2001:db8::1]:3128/path?query#part", "2001:db8::1", 3128, nil, nil),
      ("http://ann@proxy.test:1", "proxy.test", 1, "ann", nil),
      ("http://ann:@proxy.test:1", "proxy.test", 1, "ann", ""),
      ("http://ann:pass:word@proxy.test:1", "proxy.test", 1, "ann", "pass:word"),
      ("http://a%40b:p%2Fw%23%3a@proxy.test:1", "proxy.test", 1, "a@b", "p/w#:"),
      // The last @ ends the user's part, as curl and browsers have it.
      ("http://ann:p@ss@proxy.test:1", "proxy.test", 1, "ann", "p@ss"),
      ("ann:pass@proxy.test", "proxy.test", 80, "ann", "pass"),
    ] as [(String, String, Int, String?, String?)])
  func isRead(_ url: String, _ host: String, _ port: Int, _ user: String?, _ password: String?) throws {
    let proxy = try ProxyAddress(url: url)
    #expect(proxy.host == host && proxy.port == port && proxy.user == user && proxy.password == password)
  }

  @Test(
    arguments: [
      ("", .form), ("http://", .form), ("http://u:p@ss/w#rd@proxy.test:1", .form),
      ("http://u:p@ss?word@proxy.test", .form), ("http://:3128", .form), ("http://a b:1", .form),
      ("http://proxy.test:0", .form),
      ("http://proxy.test:port", .form), ("https://proxy.test", .scheme("https")),
      ("socks5h://proxy.test:1", .scheme("socks5h")),
      ("://proxy.test", .scheme("")), ("http://a%3Ab@proxy.test", .user),
      ("http://a%0D%0Ab@proxy.test", .user),
      ("http://a%zz@proxy.test", .user), ("http://a:%e@proxy.test", .form),
      ("http://a:%ff@proxy.test", .form),
    ] as [(String, ProxyAddress.Problem)]) func isRefused(_ url: String, _ problem: ProxyAddress.Problem)
  {
    #expect(throws: problem) { try ProxyAddress(url: url) }
  }

  @Test func noTextHasThePassword() throws {
    let proxy = try ProxyAddress(url: "http://ann:s3cret@proxy.test:3128")
    var dumped = ""
    dump(proxy, to: &dumped)
    for text in ["\(proxy)", String(reflecting: proxy), dumped] {
      #expect(!text.contains("s3cret") && !text.contains("ann") && text.contains("proxy.test:3128"))
    }
  }

  @Test(arguments: [
    "http://ann:s3cret#x@proxy.test", "socks5://ann:s3cret@proxy.test", "s3cret://a", "http://ann:s3cret%@p",
  ])
  func noProblemHasThePassword(_ url: String) {
    do throws(ProxyAddress.Problem) {
      _ = try ProxyAddress(url: url)
      Issue.record("it was read")
    } catch {
      #expect(!"\(error)".contains("s3cret") || url.hasPrefix("s3cret"))
    }
  }
}
