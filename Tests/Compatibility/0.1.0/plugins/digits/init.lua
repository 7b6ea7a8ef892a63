-- A plugin as people had them with 0.1.0: settings, a description, a match, a capability-free handler and a last chance.
local plugin = {
  description = "Masks long digit runs, and drops what is marked as internal.",
  match = { push_type = "alert" },
  on_fault = "drop",
}

local keep = notilua.settings.keep_last or 0

local function mask(digits)
  return ("*"):rep(#digits - keep) .. digits:sub(#digits - keep + 1)
end

function plugin.did_receive(request, content)
  if content.user_info.internal then return notilua.drop("internal") end
  if content.body then content.body = content.body:gsub("%d%d%d%d+", mask) end
  content.thread_identifier = content.thread_identifier or "codes"
end

function plugin.time_will_expire(request, content)
  content.body = "New message"
end

return plugin
