-- The work that is measured: drop recalls, set the title, mask digits, count the badge, group by conversation.
local plugin = { description = "Drops recalls; title, mask, badge, thread." }

function plugin.did_receive(request, content)
  local rc = content.user_info.rc
  if rc["rc-dlt-identifier"] then return notilua.drop("recalled") end
  content.title = "New message from " .. rc.fId
  content.body = content.body:gsub("%d%d%d%d+", "****")
  content.badge = (content.badge or 0) + 1
  content.thread_identifier = rc.cType .. ":" .. rc.tId
end

return plugin
