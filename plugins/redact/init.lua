local settings = require "settings"

local texts = { "title", "subtitle", "body" }
local own = settings.read {
  rules = settings.list {
    name = settings.text(),
    pattern = settings.text(),
    plain = settings.flag(false),
    action = settings.choice("replace", { "replace", "empty", "drop" }),
    with = settings.text("…"),
    fields = settings.texts(texts, texts),
  },
}

for index, rule in ipairs(own.rules) do
  if not rule.pattern then error("settings.rules[" .. index .. "] has no pattern", 0) end
  if rule.plain then rule.pattern = rule.pattern:gsub("%p", "%%%0") end
  rule.with = rule.with:gsub("%%", "%%%%")
  -- A pattern that is none shows here, and not at a notification.
  local is_pattern, cause = pcall(string.find, "", rule.pattern)
  if not is_pattern then error("settings.rules[" .. index .. "].pattern: " .. cause, 0) end
end

local plugin = {
  description = "Drops, empties or rewrites what matches the operator's patterns.",
  -- What was to be redacted must not be shown because this failed.
  on_fault = "drop",
}

local function apply(rule, content)
  for _, field in ipairs(rule.fields) do
    local text = content[field]
    if type(text) == "string" and text:find(rule.pattern) then
      if rule.action == "drop" then return notilua.drop("redacted: " .. (rule.name or field)) end
      content[field] = rule.action == "empty" and rule.with:gsub("%%%%", "%%") or text:gsub(rule.pattern, rule.with)
    end
  end
end

function plugin.did_receive(request, content)
  for _, rule in ipairs(own.rules) do
    local verdict = apply(rule, content)
    if verdict then return verdict end
  end
end

-- Rules that had no turn might have found something.
function plugin.time_will_expire(request, best_attempt)
  return notilua.drop("redacted: out of time")
end

return plugin
