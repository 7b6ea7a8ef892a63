-- Fails as its cases ask for.
local words = require "words"

local plugin = { description = "Fails as its cases ask for.", match = { push_type = "alert" } }

local function divide(list, by)
  local total = 0
  for _, item in ipairs(list) do total = total + item end
  return total // by
end

function plugin.did_receive(request, content)
  local how = content.body
  if how == "error" then
    local numbers = { 1, 2, 3, name = "numbers" }
    local payload = content.user_info
    content.badge = divide(numbers, payload.by)
  end
  if how == "hang" then while true do end end
  if how == "fill" then
    local list = {}
    while true do list[#list + 1] = ("x"):rep(1000) .. #list end
  end
  if how == "wrong" then return 7 end
  if how == "empty" then content.body = nil return end
  if how == "drop" then
    notilua.withdraw("A")
    return notilua.drop("asked for")
  end
  content.body = words.same(how) .. "!"
  content.badge = (content.badge or 0) + 1
  print("said", content.body)
end

return plugin
