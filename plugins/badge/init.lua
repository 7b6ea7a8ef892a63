local settings = require "settings"

local own = settings.read {
  mode = settings.choice("add", { "add", "cap", "set", "remove" }),
  amount = settings.integer(1, 0),
  max = settings.integer(nil, 0),
}

local plugin = {
  description = "Counts the app's badge: adds to it, caps it, sets it or leaves it away.",
  match = { push_type = "alert" },
}

function plugin.did_receive(request, content)
  local badge = math.tointeger(content.badge)
  if own.mode == "add" then
    content.badge = math.min(math.max(badge or 0, 0) + own.amount, own.max or 9999)
  elseif own.mode == "cap" then
    if badge then content.badge = math.min(badge, own.max or 99) end
  elseif own.mode == "set" then
    content.badge = own.amount
  else
    content.badge = nil
  end
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
