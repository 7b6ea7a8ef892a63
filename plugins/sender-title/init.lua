local plugin = {
  description = "Titles a chat message by the kind of its channel and its sender.",
  match = { push_type = "alert", ["/rc/fId"] = true },
}

-- The channel kinds of rc.cType.
local titles = {
  PR = "{sender}",
  GRP = "{sender} in {channel}",
  UG = "{sender} in {channel}",
  DS = "{sender} in {channel}",
  CS = "Customer service",
  SYS = "System",
}

function plugin.did_receive(request, content)
  local settings = request.settings
  local names = settings.names or {}
  local rc = content.user_info.rc
  local own = settings.titles and settings.titles[rc.cType]
  local title = own or titles[rc.cType] or "{sender}"
  local known = { sender = names[rc.fId] or rc.fId, channel = names[rc.tId] or rc.tId, kind = rc.cType }
  content.title = (title:gsub("{(%a+)}", known))
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
