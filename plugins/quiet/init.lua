local settings = require "settings"

local levels = { "passive", "active", "time-sensitive", "critical" }
local rank = {}
for index, level in ipairs(levels) do rank[level] = index end
local own = settings.read {
  from = settings.text("22:00"),
  to = settings.text("07:00"),
  time_zone = settings.text(),
  utc_offset = settings.text(),
  level = settings.choice("passive", levels),
  except = settings.texts({ "critical", "time-sensitive" }, levels, true),
}

-- Minutes since midnight of "22:30".
local function minutes(name)
  local hours, rest = own[name]:match("^(%d%d?):(%d%d)$")
  local time = hours and tonumber(rest) < 60 and hours * 60 + rest
  if not time or time > 24 * 60 then
    error("settings." .. name .. " is \"" .. own[name] .. "\"; it must be a time of day such as 22:30", 0)
  end
  return time
end

-- Minutes east of Greenwich of "+05:30"; nil means the clock of the machine.
local function offset()
  if not own.utc_offset then return nil end
  local sign, hours, rest = own.utc_offset:match("^([+-])(%d%d):(%d%d)$")
  local east = sign and tonumber(rest) < 60 and hours * 60 + rest
  -- No clock on earth is further from Greenwich.
  if not east or east > 14 * 60 then
    local wanted = "; it must be an offset such as +02:00, of 14:00 at most"
    error("settings.utc_offset is \"" .. own.utc_offset .. "\"" .. wanted, 0)
  end
  return sign == "-" and -east or east
end

local from, to, east = minutes("from"), minutes("to"), offset()
-- It could mean all of the day or nothing of it.
if from % 1440 == to % 1440 and to - from ~= 1440 then
  error("settings.from and settings.to are the same time of day; 00:00 to 24:00 is the whole day", 0)
end
if own.time_zone then
  local is_zone, cause = pcall(notilua.time.to_local, 0, own.time_zone)
  if not is_zone then error("settings.time_zone: " .. cause:gsub("^.*to_local: ", ""), 0) end
end

---@type notilua.Plugin
local plugin = {
  description = "Lowers the interruption level and strips the sound in quiet hours.",
  match = { push_type = "alert" },
}

-- The recipient's time of day in minutes.
local function time_of_day(request)
  local zone = request.time_zone or own.time_zone
  if not zone and east then return (request.received_at // 60 + east) % 1440 end
  local now = zone and notilua.time.to_local(request.received_at, zone) or os.date("*t", math.floor(request.received_at))
  return now.hour * 60 + now.min
end

local function is_quiet(now)
  if from <= to then return from <= now and now < to end
  return now >= from or now < to
end

function plugin.did_receive(request, content)
  if not is_quiet(time_of_day(request)) then return end
  local present = content.interruption_level or "active"
  for _, exception in ipairs(own.except) do
    if content.interruption_level == exception then return end
  end
  -- In quiet hours nothing becomes louder.
  if rank[own.level] <= (rank[present] or rank.active) then content.interruption_level = own.level end
  content.sound = nil
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
