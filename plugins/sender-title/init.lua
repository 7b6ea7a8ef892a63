local settings = require "settings"

-- The channel kinds of rc.cType.
local titles = {
  PR = "{sender}",
  GRP = "{sender} in {channel}",
  UG = "{sender} in {channel}",
  DS = "{sender} in {channel}",
  CS = "Customer service",
  SYS = "System",
}
local own = settings.read { names = settings.map({}), titles = settings.map({}) }

---@type table<string, boolean>
local placeholders = { sender = true, channel = true, kind = true }
for kind, template in pairs(own.titles) do
  for name in template:gmatch("{([^{}]*)}") do
    if not placeholders[name] then
      error("settings.titles." .. kind .. " has {" .. name .. "}; it may have {sender}, {channel} and {kind}", 0)
    end
  end
end

---@type notilua.Plugin
local plugin = {
  description = "Titles a chat message by the kind of its channel and its sender.",
  match = { push_type = "alert", ["/rc/fId"] = true },
}

-- A value as text; nil where it says nothing.
local function text(value)
  if type(value) == "number" then return tostring(value) end
  return type(value) == "string" and value ~= "" and value or nil
end

local function shows_text(content)
  return content.title or content.subtitle or content.body or content.title_loc_key or content.body_loc_key
end

function plugin.did_receive(request, content)
  local rc = content.user_info.rc
  local sender, channel, kind = text(rc.fId), text(rc.tId), text(rc.cType)
  if not sender or not shows_text(content) then return end
  local known = { sender = own.names[sender] or sender, channel = channel and (own.names[channel] or channel), kind = kind }
  local template = kind and (own.titles[kind] or titles[kind]) or "{sender}"
  local lacks = false
  local title = template:gsub("{(%a+)}", function(name)
    lacks = lacks or not known[name]
    return known[name]
  end)
  content.title = lacks and known.sender or title
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
