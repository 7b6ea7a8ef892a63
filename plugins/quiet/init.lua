local plugin = {
  description = "Lowers the interruption level and strips the sound in quiet hours.",
  match = { push_type = "alert" },
}

-- Minutes since midnight of "22:30".
local function minutes(text)
  local hours, rest = tostring(text):match("^(%d%d?):(%d%d)$")
  if not hours then error("settings: '" .. tostring(text) .. "' is no time of day such as 22:30") end
  return tonumber(hours) * 60 + tonumber(rest)
end

-- Minutes east of Greenwich of "+05:30".
local function offset(text)
  local sign, hours, rest = text:match("^([+-])(%d%d):(%d%d)$")
  if not sign then error("settings.utc_offset is '" .. text .. "'; write it as +02:00") end
  local east = tonumber(hours) * 60 + tonumber(rest)
  return sign == "-" and -east or east
end

-- The recipient's time of day in minutes.
local function time_of_day(received_at, utc_offset)
  if utc_offset then return (received_at // 60 + offset(utc_offset)) % 1440 end
  local now = os.date("*t", math.floor(received_at))
  return now.hour * 60 + now.min
end

local function is_within(now, from, to)
  if from <= to then return from <= now and now < to end
  return now >= from or now < to
end

function plugin.did_receive(request, content)
  local settings = request.settings
  local now = time_of_day(request.received_at, settings.utc_offset)
  if not is_within(now, minutes(settings.from or "22:00"), minutes(settings.to or "07:00")) then return end
  local level = content.interruption_level
  for _, exception in ipairs(settings.except or { "critical", "time-sensitive" }) do
    if level == exception then return end
  end
  content.interruption_level = settings.level or "passive"
  content.sound = nil
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
