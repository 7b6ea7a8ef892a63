local settings = require "settings"

local texts = { "title", "subtitle", "body" }
local own = settings.read {
  minimum = settings.integer(4, 1),
  keep_last = settings.integer(0, 0),
  fields = settings.texts(texts, texts),
}

local plugin = {
  description = "Masks long runs of digits, such as codes and card numbers, in the alert's text.",
  match = { push_type = "alert" },
}

local function mask(digits)
  if #digits < own.minimum then return nil end
  local kept = math.min(own.keep_last, #digits)
  return ("*"):rep(#digits - kept) .. digits:sub(#digits - kept + 1)
end

function plugin.did_receive(request, content)
  for _, field in ipairs(own.fields) do
    local text = content[field]
    if type(text) == "string" then content[field] = text:gsub("%d+", mask) end
  end
end

-- What is not masked yet must not be shown.
function plugin.time_will_expire(request, best_attempt)
  for _, field in ipairs(own.fields) do
    if best_attempt[field] then best_attempt[field] = "…" end
  end
end

return plugin
