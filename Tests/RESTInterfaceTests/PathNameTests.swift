import HTTPTypes
import Operations
import RESTInterface
import Testing

/// Names of users and devices in paths.
struct PathNameTests {
  @Test(arguments: [
    ("ann", "ann"), ("a%20b", "a b"), ("a%2Fb", "a/b"), ("%e4%bd%a0", "你"), ("a+b", "a+b"), ("%25", "%"),
    ("%F0%9F%98%80", "\u{1F600}"),
  ])
  func aPartOfAPathIsDecoded(_ part: String, _ name: String) throws {
    #expect(try PathName.read(part, "user") == name)
  }

  // Overlong forms and surrogates are not UTF-8 (RFC 3629 §3).
  @Test(arguments: [
    "", "%", "%2", "%zz", "%00", "a%0Ab", "%7F", "%C2%85", "%FF", "%C0%AF", "%ED%A0%80",
    String(repeating: "x", count: 256),
  ])
  func whatIsNoNameIsRefused(_ part: String) {
    let problem = #expect(throws: Problem.self) { try PathName.read(part, "user") }
    #expect(problem?.status.code == 400)
  }

  @Test func charactersAreCountedAsCodePoints() throws {
    let name = String(repeating: "%F0%9F%98%80", count: 255)
    #expect(try PathName.read(name, "device").unicodeScalars.count == 255)
  }
}
