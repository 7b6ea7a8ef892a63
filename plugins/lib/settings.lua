-- Reads a plugin's settings when the plugin is loaded, so that a mistake in them shows before the first notification.
--
--   local settings = require "settings"
--   local own = settings.read {
--     minimum = settings.integer(4, 1),
--     fields = settings.texts({ "title", "body" }, { "title", "subtitle", "body" }),
--   }
local settings = {}

local function show(value)
  if type(value) == "string" then return '"' .. value .. '"' end
  if type(value) == "number" or type(value) == "boolean" then return tostring(value) end
  return "a " .. type(value)
end

local function names(list)
  local sorted = {}
  for name in pairs(list) do sorted[#sorted + 1] = name end
  table.sort(sorted)
  return table.concat(sorted, ", ")
end

local function set(list)
  local members = {}
  for _, name in ipairs(list) do members[name] = true end
  return members
end

-- What follows makes kinds of settings: a default, what a value must be, and a function that gives the value or nil.
local function kind(default, wanted, read)
  return { default = default, wanted = wanted, read = read }
end

function settings.text(default)
  return kind(default, "a text", function(value) return type(value) == "string" and value or nil end)
end

function settings.flag(default)
  return kind(default, "true or false", function(value)
    if type(value) == "boolean" then return value end
  end)
end

function settings.integer(default, from, to)
  local wanted = "a whole number of " .. from .. (to and " to " .. to or " or more")
  return kind(default, wanted, function(value)
    local number = type(value) == "number" and math.tointeger(value)
    if number and number >= from and number <= (to or number) then return number end
  end)
end

function settings.choice(default, among)
  local known = set(among)
  return kind(default, "one of " .. names(known), function(value) return known[value] and value or nil end)
end

-- A list of texts; all of them are of `among`, if that is given.
function settings.texts(default, among)
  local known = among and set(among)
  return kind(default, known and "a list of " .. names(known) or "a list of texts", function(value)
    if type(value) ~= "table" then return nil end
    local texts = {}
    for index, text in ipairs(value) do
      if type(text) ~= "string" or known and not known[text] then return nil end
      texts[index] = text
    end
    return #texts > 0 and texts or nil
  end)
end

-- Texts by names.
function settings.map(default)
  return kind(default, "texts by names", function(value)
    if type(value) ~= "table" then return nil end
    local map = {}
    for name, text in pairs(value) do
      if type(name) ~= "string" or type(text) ~= "string" then return nil end
      map[name] = text
    end
    return map
  end)
end

-- A list of tables, each with the settings that `known` has.
function settings.list(known)
  return kind({}, "a list of mappings", function(value, place)
    if type(value) ~= "table" then return nil end
    local list = {}
    for index, item in ipairs(value) do
      if type(item) ~= "table" then return nil end
      list[index] = settings.read(known, item, place .. "[" .. index .. "]")
    end
    return list
  end)
end

-- Gives the plugin's settings, checked and with their defaults; an unknown one is an error.
function settings.read(known, given, place)
  given = given or notilua.settings
  place = place or "settings"
  for name in pairs(given) do
    if not known[name] then
      error(place .. "." .. name .. " is no setting of this plugin; it has " .. names(known), 0)
    end
  end
  local found = {}
  for name, rule in pairs(known) do
    local value = given[name]
    if value == nil or value == notilua.null then
      found[name] = rule.default
    else
      found[name] = rule.read(value, place .. "." .. name)
      if found[name] == nil then
        error(place .. "." .. name .. " is " .. show(value) .. "; it must be " .. rule.wanted, 0)
      end
    end
  end
  return found
end

return settings
