import Testing

/// `notilua.copy`: values of a plugin's own, as deep as they go.
struct CopyTests {
  @Test(arguments: [
    (
      "notilua.json.encode(notilua.copy({ a = { 1, 2.5, 'x', true, notilua.null, { b = {} } } }))",
      #"{"a":[1,2.5,"x",true,null,{"b":{}}]}"#
    ),
    ("notilua.json.encode(notilua.copy(notilua.array{}))", "[]"),
    ("notilua.json.encode(notilua.copy({}))", "{}"),
    ("math.type(notilua.copy({ 1.0 })[1])", "float"), ("math.type(notilua.copy(1.0))", "float"),
    ("math.type(notilua.copy(1))", "integer"), ("notilua.copy(math.mininteger)", "-9223372036854775808"),
    ("notilua.copy('a\\0é')", "a\0é"), ("notilua.copy('\\xFF') == '\\xFF'", "true"),
    ("notilua.copy(nil)", "nil"), ("notilua.copy(true)", "true"), ("notilua.copy(false)", "false"),
    ("notilua.copy(notilua.null) == notilua.null", "true"),
    // Not the same table, at any depth.
    (
      "(function() local t = { a = { 1 } } local c = notilua.copy(t) c.a[1] = 2 c.b = 3 return t.a[1] .. tostring(t.b) end)()",
      "1nil"
    ),
    // The payload's tables become the plugin's own.
    (
      "(function() local c = notilua.copy(content.user_info) c.aps.alert = 'x' return content.body .. c.aps.alert end)()",
      "hix"
    ),
    ("type(notilua.copy(notilua.settings))", "table"),
    ("(function() local s = notilua.copy(notilua.settings) s.a = 1 return s.a end)()", "1"),
    ("(function() local c = notilua.copy({ 3, 1, 2 }) table.sort(c) return table.concat(c) end)()", "123"),
  ])
  func aCopyIsEqualAndItsOwn(_ expression: String, _ value: String) throws {
    #expect(try Evaluation.text(expression) == "= \(value)")
  }

  @Test(arguments: [
    ("notilua.copy(print)", "a function cannot be copied"), ("notilua.copy({ print })", "type function"),
    ("notilua.copy(content)", "cannot be copied"), ("notilua.copy({ 1, nil, 3 })", "holes"),
    ("notilua.copy({ 1, a = 2 })", "both string and integer keys"),
    ("notilua.copy({ 0/0 })", "infinity or NaN"),
    ("notilua.copy({ '\\xFF' })", "not valid UTF-8"), ("notilua.copy()", "expected a value, got nothing"),
    ("(function() local t = {} t.t = t return notilua.copy(t) end)()", "contains itself"),
    ("notilua.copy({ ('x'):rep(1 << 20) })", "1 MiB is the limit"),
  ])
  func otherValuesAreRefused(_ expression: String, _ message: String) throws {
    let text = try Evaluation.text(expression)
    #expect(text.hasPrefix("! ") && text.contains(message), "\(text)")
  }
}
