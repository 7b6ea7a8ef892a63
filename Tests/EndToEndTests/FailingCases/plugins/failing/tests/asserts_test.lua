local words = require "words"

test("two values", function(t)
  local wanted = { a = { 1, 2, { b = "x" } } }
  t.equal({ a = { 1, 2, { b = words.same("y") } } }, wanted, "the tree")
end)

test("what is not there", function(t) t.equal({ a = 1, c = 2 }, { a = 1 }) end)

test("something true", function(t) t.ok(words.same(nil)) end)

test("a pattern", function(t) t.matches("abc", "^b") end)

test("an error", function(t) t.raises(function() return words.same(1) end) end)

test("another error", function(t) t.raises(function() error("no") end, "^yes") end)

test("a case", function(t)
  local outcome = t.run { given = { aps = { alert = "hi" } }, settings = { x = 1 } }
  t.equal(outcome.action, "deliver")
  t.equal(outcome.content.body, "hi?")
end)

test("a case that is none", function(t) t.run { givn = {} } end)

test("a colon", function(t) t:ok(true) end)

test("an error of its own", function(t)
  local missing
  print(missing.name)
end)

test("a loop", function(t) while true do end end)

test("what passes", function(t)
  t.equal(words.same("x"), "x")
  t.raises(function() error("no") end, "no$")
end)
