local settings = require "settings"

local texts = { "title", "subtitle", "body" }
local own = settings.read {
  rules = settings.list {
    name = settings.text(),
    pattern = settings.required(settings.text()),
    plain = settings.flag(false),
    ignore_case = settings.flag(),
    action = settings.choice("replace", { "replace", "empty", "drop" }),
    with = settings.text("…"),
    fields = settings.texts(texts, texts),
  },
}

-- A text as a rule looks at it: equal letters have equal bytes, and have no case where the rule ignores it.
local function form(text, ignores_case)
  if not text:find("[\128-\255]") then return ignores_case and text:lower() or text end
  if ignores_case then text = notilua.text.fold(notilua.text.normalize(text, "NFD")) end
  return notilua.text.normalize(text)
end

-- The forms of one notification's texts, since many rules look at the same.
local forms = { [true] = {}, [false] = {} }

local function known_form(text, ignores_case)
  local known = forms[ignores_case]
  if not known[text] then known[text] = form(text, ignores_case) end
  return known[text]
end

-- The pattern for such a text. What follows a percent sign is a class, and no letter.
local function pattern_form(rule)
  if rule.plain then return (form(rule.pattern, rule.ignore_case):gsub("%p", "%%%0")) end
  local pattern = notilua.text.normalize(rule.pattern)
  if not rule.ignore_case then return pattern end
  return (pattern:gsub("(%%?)(" .. utf8.charpattern .. ")", function(percent, character)
    if percent == "" then return form(character, true) end
    return (character == "u" or character == "l") and "%a" or nil
  end))
end

for index, rule in ipairs(own.rules) do
  local place = "settings.rules[" .. index .. "].pattern"
  if rule.ignore_case == nil then rule.ignore_case = rule.plain end
  -- It would match between all characters.
  if rule.pattern == "" then error(place .. " is empty; it must have at least one character", 0) end
  local pattern = rule.plain and rule.pattern:gsub("%p", "%%%0") or rule.pattern
  -- A pattern that is none shows here, and not at a notification; `find` would take some of them for plain text.
  local is_pattern, cause = pcall(string.gsub, "", pattern, "")
  if not is_pattern then error(place .. ": " .. cause, 0) end
  if (""):find(pattern) then error(place .. " matches the empty text, which is everywhere", 0) end
  rule.pattern = pattern_form(rule)
  -- What `gsub` takes for the same text.
  rule.replacement = rule.with:gsub("%%", "%%%%")
end

---@type notilua.Plugin
local plugin = {
  description = "Drops, empties or rewrites what matches the operator's patterns.",
  -- What was to be redacted must not be shown because this failed.
  on_fault = "drop",
}

-- The first and the last byte, in the text, of the character that each byte of its form comes from.
local function origins(text, ignores_case)
  local firsts, lasts = {}, {}
  local first = 1
  local function add(last)
    local count = #form(text:sub(first, last), ignores_case)
    for _ = 1, count do
      firsts[#lasts + 1] = first
      lasts[#lasts + 1] = last
    end
    first = last + 1
  end
  local before = 1
  for at, point in utf8.codes(text) do
    -- Of a character with very many marks the last one is enough; to look at all of them each time would take too long.
    local from = at - first > 100 and before or first
    -- A mark belongs to the character before it, and no mark stands before U+0300.
    local is_mark = point >= 0x300 and notilua.text.length(text:sub(from, utf8.offset(text, 2, at) - 1)) == 1
    if at > first and not is_mark then add(at - 1) end
    before = at
  end
  if first <= #text then add(#text) end
  return firsts, lasts
end

local function replace(rule, text)
  local shown = known_form(text, rule.ignore_case)
  if shown == text then return (text:gsub(rule.pattern, rule.replacement)) end
  local firsts, lasts = origins(text, rule.ignore_case)
  local parts, copied, from = {}, 0, 1
  repeat
    local first, last = shown:find(rule.pattern, from)
    -- The whole character goes, of which a part may have gone already.
    local ending = first and last >= first and lasts[last] or 0
    if ending > copied then
      parts[#parts + 1] = text:sub(copied + 1, firsts[first] - 1) .. rule.with
      copied = ending
    end
    from = first and math.max(first, last) + 1
  until not first or from > #shown or rule.pattern:sub(1, 1) == "^"
  return table.concat(parts) .. text:sub(copied + 1)
end

local function apply(rule, content)
  for _, field in ipairs(rule.fields) do
    local text = content[field]
    if type(text) == "string" and known_form(text, rule.ignore_case):find(rule.pattern) then
      if rule.action == "drop" then return notilua.drop("redacted: " .. (rule.name or field)) end
      content[field] = rule.action == "empty" and rule.with or replace(rule, text)
    end
  end
end

function plugin.did_receive(request, content)
  forms = { [true] = {}, [false] = {} }
  for _, rule in ipairs(own.rules) do
    local verdict = apply(rule, content)
    if verdict then return verdict end
  end
end

return plugin
