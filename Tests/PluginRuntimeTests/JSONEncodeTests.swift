import Testing

/// `notilua.json.encode`: RFC 8259, and values that have no place in JSON.
struct JSONEncodeTests {
  @Test(arguments: [
    (#""\"\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#), (#""\0\31""#, #""\u0000\u001f""#),
    (#""€\u{10FFFF}""#, "\"€\u{10FFFF}\""),
    ("math.maxinteger", "9223372036854775807"), ("math.mininteger", "-9223372036854775808"), ("1.0", "1.0"),
    ("0.1", "0.1"), ("{ 1.0, -0.5 }", "[1.0,-0.5]"), ("2^53", "9007199254740992.0"),
    ("{ 1, { a = true } }", #"[1,{"a":true}]"#), ("{}", "{}"), ("notilua.array{}", "[]"),
    (#"{ b = 1, ["a\0"] = 2, a = 3 }"#, #"{"a":3,"a\u0000":2,"b":1}"#), ("notilua.null", "null"),
  ])
  func valuesAreWrittenAsTheRFCHasThem(_ value: String, _ json: String) throws {
    #expect(try Evaluation.text("notilua.json.encode(\(value))") == "= \(json)")
  }

  @Test(arguments: [
    ("0/0", "infinity or NaN"), ("{ 1/0 }", "infinity or NaN"), ("{ a = -1/0 }", "infinity or NaN"),
    ("nil", "nil has no place"), ("print", "a function has no place"), ("{ print }", "type function"),
    ("{ 1, nil, 3 }", "holes"), ("{ 1, a = 2 }", "both string and integer keys"),
    ("{ [1.5] = 1 }", "key of type number"),
    ("{ [true] = 1 }", "key of type boolean"), (#""\xff""#, "not valid UTF-8 at byte 0"),
    ("(function() local t = {} t.t = t return t end)()", "contains itself"),
  ])
  func otherValuesAreRefused(_ value: String, _ message: String) throws {
    let text = try Evaluation.text("notilua.json.encode(\(value))")
    #expect(text.hasPrefix("! ") && text.contains(message), "\(text)")
  }
}
