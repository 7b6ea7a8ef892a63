import APNs
import Testing

/// The rules are those of curl's manual (`--noproxy`) and of Go's golang.org/x/net/http/httpproxy, where the two agree;
/// a port and a network in an entry are Go's, a leading dot is curl's.
struct ProxyExceptionsTests {
  @Test(arguments: [
    ("*.example.com", "::1%25.example.com", false), ("::1", "::1", true), ("::1/64", "::1", true),
    ("", "api.test", false), ("*", "api.test", true), ("a.test, *", "api.test", true),
    ("* ", "192.0.2.1", true),
    ("api.test", "api.test", true), ("API.Test.", "api.test", true), ("api.test", "API.TEST.", true),
    ("test", "api.test", true), (".test", "api.test", true), ("*.test", "api.test", true),
    (".api.test", "api.test", true),
    ("pi.test", "api.test", false), ("b.api.test", "api.test", false), ("api.test.x", "api.test", false),
    ("a.test,b.test", "b.test", true), ("a.test b.test", "b.test", true),
    ("a.test ,\tb.test", "b.test", true),
    ("api.test:443", "api.test", true), ("api.test:2197", "api.test", false),
    ("x,api.test:2197,api.test:443", "api.test", true),
    ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.10", false), ("2.1", "192.0.2.1", false),
    ("192.0.2.0/24", "192.0.2.77", true), ("192.0.2.0/24", "192.0.3.1", false),
    ("192.0.2.128/25", "192.0.2.127", false),
    ("0.0.0.0/0", "192.0.2.1", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("192.0.2.0/33", "192.0.2.0", false),
    ("192.0.2.1:443", "192.0.2.1", true), ("192.0.2.1:80", "192.0.2.1", false),
    ("2001:db8::1", "2001:db8:0:0::1", true), ("[2001:db8::1]", "2001:db8::1", true),
    ("[2001:db8::1]:443", "2001:db8::1", true),
    ("[2001:db8::1]:1", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
    ("2001:db8::/32", "2001:db9::1", false),
    (",, ,.", "api.test", false), ("/8", "10.0.0.1", false), ("10.0.0.0/-1", "10.0.0.1", false),
    ("192.0.2.1", "a.192.0.2.1", false),
  ]) func aHost(_ text: String, _ host: String, _ isExempt: Bool) {
    #expect(ProxyExceptions(text).contains(host: host, port: 443) == isExempt)
  }
}
