-- A view that its payload describes: a list of the functions of `view`, each with its arguments.
local plugin = {
  kind = "content",
  description = "Shows what the payload lists.",
  categories = { "PAGE", "ALONE" },
  user_interaction_enabled = true,
  overrides_default_title = true,
}

function plugin.did_receive(notification, view)
  for _, call in ipairs(notification.request.content.user_info.view) do
    view[call[1]](table.unpack(call, 2))
  end
end

return plugin
