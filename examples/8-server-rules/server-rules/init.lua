---@type notilua.Plugin
local plugin = {
  description = "Makes pushes of what a home automation server's automations send.",
  match = { ["/message"] = true },
  capabilities = { "delivery" },
  -- Before the rules a payload is no push that an app could show.
  on_fault = "drop",
}

-- The headers that an automation may give, by the properties that stand for them.
local properties = {
  ["apns-push-type"] = "push_type",
  ["apns-priority"] = "priority",
  ["apns-expiration"] = "expiration",
  ["apns-collapse-id"] = "collapse_id",
}
local numbers = { priority = true, expiration = true }
-- The members of a message that an app reads as they are.
local passed_on = {
  "icon_url", "notification_icon", "notification_icon_color", "color", "url", "shortcut", "presentation_options",
}
local media = { video = "mpeg4", image = "jpeg", audio = "waveformaudio" }

local function table_or_nil(value) return type(value) == "table" and value or nil end
local function text_or_nil(value) return type(value) == "string" and value or nil end

-- Writes the headers that an automation gives; one that is none of them is told.
local function write_headers(request, headers)
  local names = {}
  for name in pairs(headers or {}) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local property, value = properties[name:lower()], headers[name]
    if not property then
      notilua.log.warn("the header '" .. name .. "' is none that an automation may give")
    else
      request[property] = numbers[property] and tonumber(value) or value
    end
  end
end

-- ---- Commands: the app is woken, and a person sees nothing ---------------------------------------------------------

-- Makes the payload of a command.
local function command(request, name, more)
  local home = more or {}
  home.command = name
  request.push_type = "background"
  request.priority = 5
  return { aps = { ["content-available"] = 1 }, homeassistant = home }
end

local commands = {}
for _, name in ipairs { "request_location_update", "request_location_updates", "update_complications", "update_widgets" } do
  commands[name] = function(request) return command(request, name) end
end

function commands.clear_badge(request)
  request.push_type = "alert"
  return { aps = { badge = 0 } }
end

-- Takes back what was shown under a tag: on the device, and in the queue where it is still there.
function commands.clear_notification(request, data)
  local headers = table_or_nil(data.apns_headers) or {}
  local tag = text_or_nil(data.tag) or text_or_nil(headers["apns-collapse-id"])
  if tag and tag ~= "" then notilua.withdraw(tag) end
  return command(request, "clear_notification", { tag = data.tag, collapseId = headers["apns-collapse-id"] })
end

-- ---- Alerts --------------------------------------------------------------------------------------------------------

-- Returns the attachment that an app fetches; nil where there is none.
local function attachment(data)
  local found = table_or_nil(data.attachment)
  for _, kind in ipairs { "video", "image", "audio" } do
    local url = text_or_nil(data[kind])
    if url then
      found = found or {}
      found["content-type"] = found["content-type"] or media[kind]
      found.url = found.url or url
    end
  end
  return found
end

local function sound(value)
  if type(value) == "string" and value:lower() == "none" then return nil end
  return value
end

-- A sound's name without what is behind its last dot: macOS 10.15 finds it by that.
local function without_extension(value)
  if type(value) == "string" then return (value:gsub("%.[^.]*$", "")) end
  if table_or_nil(value) then value.name = without_extension(value.name) end
  return value
end

-- Returns the members of `aps` for a message.
local function make_aps(input, data, payload)
  local aps = { alert = { body = input.message, title = text_or_nil(input.title), subtitle = text_or_nil(data.subtitle) } }
  aps.sound = "default"
  for key, value in pairs(table_or_nil(data.push) or {}) do aps[key] = value end
  if data.sound ~= nil then aps.sound = data.sound end
  aps.sound = sound(aps.sound)
  if text_or_nil(data.group) then aps["thread-id"] = data.group end
  local opens = payload.actions or payload.entity_id or data.action_data or payload.attachment
  if text_or_nil(aps.category) then aps.category = notilua.text.upper(aps.category) end
  if opens and aps.category == nil then aps.category = "DYNAMIC" end
  if payload.entity_id or payload.attachment or payload.icon_url or payload.notification_icon then
    aps["mutable-content"] = 1
  end
  return aps
end

local function alert(request, data, input)
  local payload = { actions = data.actions, entity_id = data.entity_id, attachment = attachment(data) }
  payload.homeassistant = data.action_data
  for _, key in ipairs(passed_on) do payload[key] = data[key] end
  payload.aps = make_aps(input, data, payload)
  local system = table_or_nil(input.registration_info) and text_or_nil(input.registration_info.os_version) or ""
  if system:find("^10%.15") then payload.aps.sound = without_extension(payload.aps.sound) end
  if input.message == "delete_alert" then
    payload.aps.alert, payload.aps.sound = nil, nil
  end
  request.push_type = "alert"
  if text_or_nil(data.tag) and data.tag ~= "" then request.collapse_id = data.tag end
  write_headers(request, table_or_nil(data.apns_headers))
  return payload
end

function plugin.did_receive(request, content)
  -- The plugin's own, since the payload is another in the end.
  local input = notilua.copy(content.user_info)
  local data = table_or_nil(input.data) or {}
  local payload = (commands[input.message] or alert)(request, data, input)
  local push = table_or_nil(data.push)
  if commands[input.message] and push and payload.aps.badge == nil then payload.aps.badge = push.badge end
  local registration = table_or_nil(input.registration_info)
  if registration then payload.webhook_id = registration.webhook_id end
  content.user_info = payload
end

-- Half of the rules makes no push.
function plugin.time_will_expire() return notilua.drop("the rules took too long") end

return plugin
