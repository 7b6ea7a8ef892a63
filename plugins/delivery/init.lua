-- Shows a parcel on its way: how far it is, its steps, and where it is now.

---@type notilua.ContentPlugin
local plugin = {
  kind = "content",
  description = "Shows how far a delivery is, with its steps and places.",
  categories = { "DELIVERY" },
  initial_content_size_ratio = 0.8,
  overrides_default_title = true,
}

local function text_of(value)
  if type(value) == "string" then return value end
  if math.type(value) then return tostring(value) end
  return ""
end

local function number_of(value)
  return math.type(value) and value or nil
end

-- A list of the payload; whatever else stands there is none.
local function list_of(value)
  return type(value) == "table" and value or {}
end

function plugin.did_receive(notification, view)
  local delivery = notification.request.content.user_info.delivery
  if type(delivery) ~= "table" then return end
  -- Each push says how things stand, so that nothing of an earlier one is left.
  view.clear()
  local name = text_of(delivery.name)
  if name ~= "" then view.title(name) end

  local steps, done = {}, 0
  for _, step in ipairs(list_of(delivery.steps)) do
    if type(step) == "table" and text_of(step.title) ~= "" and #steps < 64 then
      local state = text_of(step.state)
      if state ~= "done" and state ~= "current" then state = "upcoming" end
      if state == "done" then done = done + 1 end
      table.insert(steps, {
        title = text_of(step.title), detail = text_of(step.detail), time = text_of(step.time), state = state,
      })
    end
  end

  local progress = number_of(delivery.progress) or (#steps > 0 and done / #steps) or nil
  if progress then view.progress(progress, text_of(delivery.status)) end
  if #steps > 0 then view.timeline(steps) end

  local place = delivery.place
  if type(place) == "table" and text_of(place.name) ~= "" then
    local latitude, longitude = number_of(place.latitude), number_of(place.longitude)
    local known = latitude and longitude and math.abs(latitude) <= 90 and math.abs(longitude) <= 180
    view.places({
      {
        name = text_of(place.name), detail = text_of(place.detail),
        latitude = known and latitude or nil, longitude = known and longitude or nil,
      },
    })
  end
end

return plugin
