import Testing

/// `notilua.sha256`: the examples that NIST publishes for FIPS 180-4, and the empty message.
struct SHA256Tests {
  @Test(arguments: [
    (#""""#, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (#""abc""#, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      #""abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq""#,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (#"("a"):rep(1000000)"#, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func digestsAreThoseOfNIST(_ message: String, _ digest: String) throws {
    #expect(try Evaluation.text("notilua.hex.encode(notilua.sha256(\(message)))") == "= \(digest)")
  }

  @Test func aNumberIsNoMessage() throws {
    #expect(try Evaluation.text("notilua.sha256(7)").contains("expected a string"))
    #expect(try Evaluation.text("notilua.sha256()").contains("got nothing"))
  }
}
