local settings = require "settings"

local own = settings.read { table = settings.text("Localizable"), isolate = settings.flag(false) }

---@type notilua.Plugin
local plugin = {
  description = "Writes the alert's localised texts in the recipient's language.",
  match = { push_type = { "alert", "liveactivity" } },
}

local is_usual = own.table == "Localizable" and not own.isolate
local options = not is_usual and { table = own.table, isolate = own.isolate } or nil

function plugin.did_receive(request, content)
  notilua.localize_alert(options)
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
