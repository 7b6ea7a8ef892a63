test("takes no longer for a letter with very many marks", function(t)
  local marks = ("\u{301}"):rep(20000)
  local outcome = t.run {
    given = { aps = { alert = "secret a" .. marks .. " Secret" } },
    settings = { rules = { { pattern = "secret", plain = true, with = "X" } } },
  }
  t.equal(outcome.payload.aps.alert == "X a" .. marks .. " X", true)
end)
