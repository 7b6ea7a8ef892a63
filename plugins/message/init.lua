-- Shows a message as a conversation that goes on while it is open, with an answer of one's own in it.

---@type notilua.ContentPlugin
local plugin = {
  kind = "content",
  description = "Shows messages as a conversation, with a reply.",
  categories = { "MESSAGE" },
  initial_content_size_ratio = 0.5,
  default_content_hidden = true,
}

-- What a person wrote is shown at once; the app on the other side sends it.
local REPLY = "reply"
-- The identifier of the attachment with the sender's face.
local AVATAR = "avatar"

-- A number, which some servers write for a text, is no property of the content; the payload has it.
local function text_of(content, name)
  local value = content[name]
  if value then return value ~= "" and value or nil end
  local aps = content.user_info.aps
  local alert = aps and aps.alert
  local number = type(alert) == "table" and alert[name] or name == "body" and alert
  return math.type(number) and tostring(number) or nil
end

-- On the clock of the person, in the form of the header's time; the sender may say it in another, such as "9:41 AM".
local function clock(notification)
  local zone = notification.request.time_zone or "UTC"
  local time = notilua.time.to_local(notification.date, zone)
  return string.format("%d:%02d", time.hour, time.min)
end

-- The identifier of an attachment, where there is one of that name.
local function attachment(content, name)
  for _, file in ipairs(content.attachments) do
    if file.identifier == name then return name end
  end
end

-- The picture that was sent along: the first that is no face.
local function picture(content)
  for _, file in ipairs(content.attachments) do
    if file.identifier and file.identifier ~= AVATAR then return file.identifier end
  end
end

function plugin.did_receive(notification, view)
  local content = notification.request.content
  local body = text_of(content, "body")
  if not body then return end
  view.conversation({
    {
      sender = text_of(content, "title") or "", text = body, time = clock(notification),
      avatar = attachment(content, AVATAR), image = picture(content),
    },
  })
end

function plugin.did_receive_response(response, view)
  if response.action_identifier ~= REPLY or not response.user_text then
    return "dismiss_and_forward_action"
  end
  view.conversation({
    { text = response.user_text, time = clock(response.notification), is_own = true },
  })
  -- The reply itself is for whoever takes the events of this notification.
  return "do_not_dismiss"
end

return plugin
