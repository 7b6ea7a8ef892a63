-- Shows an invitation: when and where, with two answers, of which the one that was given is remembered in the view.

---@type notilua.ContentPlugin
local plugin = {
  kind = "content",
  description = "Shows an invitation with its details, and says what was answered.",
  categories = { "EVENT" },
  initial_content_size_ratio = 0.6,
}

local FIELDS = { "when", "where", "who" }
local ANSWERS = { accept = "You said that you come.", decline = "You said that you do not come." }

-- The label of a field in the person's language, where a catalog has it.
local function label(field)
  local text, language = notilua.localize("EVENT_" .. field:upper())
  if language then return text end
  return (field:gsub("^%l", string.upper))
end

-- A moment on the clock of the person; the sender may also write a text of their own.
local function moment(seconds, request)
  return notilua.time.format(seconds, "%Y-%m-%d %H:%M", request.time_zone or "UTC")
end

local function details(request, view)
  local event = request.content.user_info.event
  if type(event) ~= "table" then return end
  local fields = {}
  for _, field in ipairs(FIELDS) do
    local value = event[field]
    if field == "when" and math.type(value) and value >= 0 and value < 253402300800 then
      value = moment(value, request)
    end
    if type(value) == "string" and value ~= "" or math.type(value) then
      table.insert(fields, { label(field), tostring(value) })
    end
  end
  if #fields > 0 then view.fields(fields) end
  local note = event.note
  if type(note) == "string" and note ~= "" then view.text(note, "caption") end
end

function plugin.did_receive(notification, view)
  view.clear()
  details(notification.request, view)
end

function plugin.did_receive_response(response, view)
  local answer = ANSWERS[response.action_identifier]
  if not answer then return "dismiss_and_forward_action" end
  view.clear()
  details(response.notification.request, view)
  view.text({ { text = answer, bold = true } })
  -- Somebody may change their mind as long as it is shown.
  return "do_not_dismiss"
end

return plugin
