import Testing

/// `notilua.hmac_sha256`: test cases 1 to 4, 6 and 7 of RFC 4231.
struct HMACSHA256Tests {
  @Test(arguments: [
    (
      #"("\x0b"):rep(20), "Hi There""#, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      #""Jefe", "what do ya want for nothing?""#,
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      #"("\xaa"):rep(20), ("\xdd"):rep(50)"#,
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      #"unhex("0102030405060708090a0b0c0d0e0f10111213141516171819"), ("\xcd"):rep(50)"#,
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      #"("\xaa"):rep(131), "Test Using Larger Than Block-Size Key - Hash Key First""#,
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      #"("\xaa"):rep(131), "This is a test using a larger than block-size key and a larger than block-size data."#
        + #" The key needs to be hashed before being used by the HMAC algorithm.""#,
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func codesAreThoseOfTheRFC(_ arguments: String, _ code: String) throws {
    #expect(try Evaluation.text("notilua.hex.encode(notilua.hmac_sha256(\(arguments)))") == "= \(code)")
  }
}
