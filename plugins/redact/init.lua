local settings = require "settings"

local texts = { "title", "subtitle", "body" }
local own = settings.read {
  rules = settings.list {
    name = settings.text(),
    pattern = settings.required(settings.text()),
    plain = settings.flag(false),
    action = settings.choice("replace", { "replace", "empty", "drop" }),
    with = settings.text("…"),
    fields = settings.texts(texts, texts),
  },
}

for index, rule in ipairs(own.rules) do
  local place = "settings.rules[" .. index .. "].pattern"
  -- It would match between all characters.
  if rule.pattern == "" then error(place .. " is empty; it must have at least one character", 0) end
  if rule.plain then rule.pattern = rule.pattern:gsub("%p", "%%%0") end
  -- A pattern that is none shows here, and not at a notification; `find` would take some of them for plain text.
  local is_pattern, cause = pcall(string.gsub, "", rule.pattern, "")
  if not is_pattern then error(place .. ": " .. cause, 0) end
  if (""):find(rule.pattern) then error(place .. " matches the empty text, which is everywhere", 0) end
  -- What `gsub` takes for the same text.
  rule.replacement = rule.with:gsub("%%", "%%%%")
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
      content[field] = rule.action == "empty" and rule.with or text:gsub(rule.pattern, rule.replacement)
    end
  end
end

function plugin.did_receive(request, content)
  for _, rule in ipairs(own.rules) do
    local verdict = apply(rule, content)
    if verdict then return verdict end
  end
end

return plugin
