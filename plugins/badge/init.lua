local plugin = {
  description = "Counts the app's badge: adds to it, caps it, sets it or leaves it away.",
  match = { push_type = "alert" },
}

function plugin.did_receive(request, content)
  local settings = request.settings
  local mode = settings.mode or "add"
  if mode == "add" then
    content.badge = math.min((content.badge or 0) + (settings.amount or 1), settings.max or 9999)
  elseif mode == "cap" then
    if content.badge then content.badge = math.min(content.badge, settings.max or 99) end
  elseif mode == "set" then
    content.badge = settings.amount or 1
  elseif mode == "remove" then
    content.badge = nil
  else
    error("settings.mode is '" .. tostring(mode) .. "'; use add, cap, set or remove")
  end
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
