local settings = require "settings"

local own = settings.read {
  mode = settings.choice("add", { "add", "cap", "set", "remove" }),
  amount = settings.integer(1, 0),
  max = settings.integer(nil, 0),
}

---@type notilua.Plugin
local plugin = {
  description = "Counts the app's badge: adds to it, caps it, sets it or removes it.",
  match = { push_type = "alert" },
}

-- What a badge counts: 0 where it is no count, and the largest integer where it is larger still.
local function count(badge)
  if type(badge) ~= "number" or badge < 0 then return 0 end
  return math.tointeger(badge) or badge >= 2 ^ 63 and math.maxinteger or 0
end

function plugin.did_receive(request, content)
  local badge = count(content.badge)
  if own.mode == "add" then
    local max = own.max or 9999
    -- The sum might be larger than an integer can be.
    content.badge = badge < max - own.amount and badge + own.amount or max
  elseif own.mode == "cap" then
    local max = own.max or 99
    if badge > max then content.badge = max end
  elseif own.mode == "set" then
    content.badge = math.min(own.amount, own.max or own.amount)
  else
    content.badge = nil
  end
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
