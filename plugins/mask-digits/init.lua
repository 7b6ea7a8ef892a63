local settings = require "settings"

local texts = { "title", "subtitle", "body" }
local own = settings.read {
  minimum = settings.integer(4, 1),
  keep_last = settings.integer(0, 0),
  fields = settings.texts(texts, texts),
}

---@type notilua.Plugin
local plugin = {
  description = "Masks long runs of digits, such as codes and card numbers, in the alert's text.",
  match = { push_type = "alert" },
}

local function mask(digits)
  if #digits < own.minimum then return nil end
  local kept = math.min(own.keep_last, #digits)
  return ("*"):rep(#digits - kept) .. digits:sub(#digits - kept + 1)
end

local function masked(text) return (text:gsub("%d+", mask)) end

-- Puts what `change` makes of each text in its place: of the fields, and of what fills their localised forms.
local function change_texts(content, change)
  for _, field in ipairs(own.fields) do
    local text, arguments = content[field], content[field .. "_loc_args"]
    if type(text) == "string" then content[field] = change(text) end
    if type(arguments) == "table" then
      for index, argument in ipairs(arguments) do
        local changed = type(argument) == "string" and change(argument) or argument
        if changed ~= argument then arguments[index] = changed end
      end
    end
  end
end

function plugin.did_receive(request, content)
  change_texts(content, masked)
end

-- What is not masked yet must not be shown.
function plugin.time_will_expire(request, best_attempt)
  change_texts(best_attempt, function() return "…" end)
end

return plugin
