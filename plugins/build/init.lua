-- Shows a build: its steps with what failed, the end of the log, and how long ago that was.

---@type notilua.ContentPlugin
local plugin = {
  kind = "content",
  description = "Shows a build with its steps and the end of its log.",
  categories = { "BUILD" },
  initial_content_size_ratio = 0.8,
}

-- What is asked for is shown at once; the build server on the other side does it.
local ANSWERS = { retry = "The build was asked to run again.", cancel = "The build was asked to stop." }

local FIELDS = { "branch", "commit", "author" }

-- The words of build servers for what a step can be.
local STATES = {
  passed = "done", success = "done", succeeded = "done", done = "done",
  failed = "failed", failure = "failed", error = "failed", cancelled = "failed", timed_out = "failed",
  running = "current", in_progress = "current", current = "current",
}

-- The lines at the end of a log that are shown, and the bytes of each.
local LINES, WIDTH = 8, 160

local function text_of(value)
  if type(value) == "string" then return value end
  if math.type(value) then return tostring(value) end
  return ""
end

-- Seconds as a clock counts them: 0:41, 12:05, 1:02:05.
local function duration(value)
  local seconds = math.type(value) and math.tointeger(value // 1)
  if not seconds or seconds < 0 then return text_of(value) end
  local minutes = seconds // 60
  if minutes < 60 then return string.format("%d:%02d", minutes, seconds % 60) end
  return string.format("%d:%02d:%02d", minutes // 60, minutes % 60, seconds % 60)
end

local function steps_of(build)
  local steps = {}
  for _, step in ipairs(type(build.steps) == "table" and build.steps or {}) do
    if type(step) == "table" and text_of(step.title) ~= "" and #steps < 64 then
      table.insert(steps, {
        title = text_of(step.title), detail = text_of(step.detail), time = duration(step.time),
        state = STATES[text_of(step.state):lower()] or "upcoming",
      })
    end
  end
  return steps
end

-- The end of the log says why it failed. What colours a terminal is no text.
local function excerpt(log)
  local lines = {}
  for line in (text_of(log):gsub("\27%[[%d;]*%a", "") .. "\n"):gmatch("(.-)\r?\n") do
    if line:find("%S") then table.insert(lines, notilua.text.truncate(line, WIDTH)) end
    if #lines > LINES then table.remove(lines, 1) end
  end
  return table.concat(lines, "\n")
end

local function show(content, view)
  local build = content.user_info.build
  if type(build) ~= "table" then return end
  local fields = {}
  for _, name in ipairs(FIELDS) do
    local value = text_of(build[name])
    if value ~= "" then
      local label, language = notilua.localize("BUILD_" .. name:upper())
      table.insert(fields, { language and label or (name:gsub("^%l", string.upper)), value })
    end
  end
  if #fields > 0 then view.fields(fields) end
  local steps = steps_of(build)
  if #steps > 0 then view.timeline(steps) end
  local log = excerpt(build.log)
  if log ~= "" then view.text({ { text = log, monospaced = true } }, "caption") end
  local time = build.finished_at
  if math.type(time) and time >= 0 and time < 253402300800 then
    view.text({ { relative_time = time } }, "caption", "end")
  end
end

function plugin.did_receive(notification, view)
  -- Each push says how things stand.
  view.clear()
  show(notification.request.content, view)
end

function plugin.did_receive_response(response, view)
  local answer = ANSWERS[response.action_identifier]
  if not answer then return "dismiss_and_forward_action" end
  view.clear()
  show(response.notification.request.content, view)
  view.text({ { text = answer, bold = true } })
  return "do_not_dismiss"
end

return plugin
