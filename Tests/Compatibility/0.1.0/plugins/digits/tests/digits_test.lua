test("one digit is kept", function(t)
  local outcome = t.run { given = { aps = { alert = "12345" } }, settings = { keep_last = 1 } }
  t.equal(outcome.content.body, "****5")
end)
