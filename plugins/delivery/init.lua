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

-- On the clock of the person where it is a moment, with the day where that is another; else as the sender wrote it.
local function time_of(value, notification)
  if not math.type(value) or value < 0 or value >= 253402300800 then return text_of(value) end
  local zone = notification.request.time_zone or "UTC"
  local time, today = notilua.time.to_local(value, zone), notilua.time.to_local(notification.date, zone)
  local clock = string.format("%d:%02d", time.hour, time.min)
  if time.year == today.year and time.yday == today.yday then return clock end
  return string.format("%d-%02d-%02d %s", time.year, time.month, time.day, clock)
end

local function coordinate(latitude, longitude)
  latitude, longitude = number_of(latitude), number_of(longitude)
  if latitude and longitude and math.abs(latitude) <= 90 and math.abs(longitude) <= 180 then
    return latitude, longitude
  end
end

-- A place of the payload, which may have no position; nil where it has no name.
local function place_of(value)
  if type(value) ~= "table" or text_of(value.name) == "" then return end
  local latitude, longitude = coordinate(value.latitude, value.longitude)
  return { name = text_of(value.name), detail = text_of(value.detail), latitude = latitude, longitude = longitude }
end

-- The points of the way that is left; nil where they are none.
local function route_of(value)
  local route = {}
  for _, point in ipairs(list_of(value)) do
    if type(point) == "table" and #route < 512 then
      local latitude, longitude = coordinate(point[1], point[2])
      if latitude then table.insert(route, { latitude, longitude }) end
    end
  end
  return #route > 1 and route or nil
end

local function show_places(delivery, view)
  local mapped, listed, details = {}, {}, {}
  for _, name in ipairs({ "place", "destination" }) do
    local place = place_of(delivery[name])
    if place and place.latitude then
      -- A map has room for names alone.
      if place.detail ~= "" then table.insert(details, place.name .. " · " .. place.detail) end
      table.insert(mapped, { name = place.name, latitude = place.latitude, longitude = place.longitude })
    elseif place then
      table.insert(listed, place)
    end
  end
  local route = route_of(delivery.route)
  if #mapped > 0 or route then view.map({ places = mapped, route = route }) end
  if #details > 0 then view.text(table.concat(details, "\n"), "caption") end
  if #listed > 0 then view.places(listed) end
end

-- The label of the time that is left, in the person's language, where a catalog has it.
local function arrival_label()
  local text, language = notilua.localize("DELIVERY_ARRIVAL")
  return language and text or "Arrives in"
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
        title = text_of(step.title), detail = text_of(step.detail), time = time_of(step.time, notification),
        state = state,
      })
    end
  end

  local progress = number_of(delivery.progress) or (#steps > 0 and done / #steps) or nil
  if progress then view.progress(progress, text_of(delivery.status)) end
  if #steps > 0 then view.timeline(steps) end

  local arrival = number_of(delivery.arrives_at)
  if arrival and arrival > notification.date and arrival < 253402300800 then
    view.countdown(arrival, arrival_label())
  end
  show_places(delivery, view)
end

return plugin
