local settings = require "settings"

local own = settings.read { table = settings.text("Localizable"), isolate = settings.flag(false) }

local plugin = {
  description = "Writes the alert's localised texts in the recipient's language.",
}

local fields = {
  { text = "title", key = "title_loc_key", arguments = "title_loc_args" },
  { text = "subtitle", key = "subtitle_loc_key", arguments = "subtitle_loc_args" },
  { text = "body", key = "body_loc_key", arguments = "body_loc_args" },
}

local isUsual = own.table == "Localizable" and not own.isolate

-- The text of a key, or nil where no catalog has it.
local function find(key, arguments)
  local text, language
  if isUsual then
    text, language = notilua.localize(key, arguments)
  else
    text, language =
      notilua.localize { key = key, arguments = arguments, table = own.table, isolate = own.isolate }
  end
  return language and text
end

function plugin.did_receive(request, content)
  for _, field in ipairs(fields) do
    local key = content[field.key]
    if key then
      local text = find(key, content[field.arguments])
      -- What no catalog has may be one of the app's own keys: the device looks it up itself.
      if text then
        content[field.text] = text
        content[field.key] = nil
        content[field.arguments] = nil
      end
    else
      -- A Live Activity has the key inside of the title and the body.
      local text = content[field.text]
      local found = type(text) == "table" and text["loc-key"] and find(text["loc-key"], text["loc-args"])
      if found then content[field.text] = found end
    end
  end
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
