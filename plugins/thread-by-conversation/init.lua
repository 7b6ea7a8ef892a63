require("settings").read {}

---@type notilua.Plugin
local plugin = {
  description = "Groups chat messages by their conversation.",
  match = { push_type = "alert", ["/rc/tId"] = true },
}

-- A value as text; nil where it says nothing.
local function text(value)
  if type(value) == "number" then return tostring(value) end
  return type(value) == "string" and value ~= "" and value or nil
end

function plugin.did_receive(request, content)
  local rc = content.user_info.rc
  local kind, target, channel = text(rc.cType) or "PR", text(rc.tId), text(rc.bId)
  if not target then return end
  local thread = kind .. ":" .. target
  -- A channel inside of a super group is a conversation of its own.
  content.thread_identifier = kind == "UG" and channel and thread .. ":" .. channel or thread
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
