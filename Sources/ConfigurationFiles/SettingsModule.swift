import WorkerProtocol

/// The module `settings`, which every plugin finds with `require` where neither its folder nor `lib` has one.
package enum SettingsModule {
  /// The name for `require`.
  package static let name = "settings"
  /// The name of the module in messages; it is no file.
  package static let path = "(notilua settings)"

  /// The module as plugins have it.
  package static let module = PluginDefinition.Module(name: name, path: path, source: Array(source.utf8))

  /// The text of the module.
  package static let source = #"""
    -- Reads a plugin's settings when the plugin is loaded, so that a mistake in them shows before the first notification.
    --
    --   local settings = require "settings"
    --   local own = settings.read {
    --     key = settings.required(settings.text()),
    --     minimum = settings.integer(4, 1),
    --     fields = settings.texts({ "title", "body" }, { "title", "subtitle", "body" }),
    --   }
    --
    -- A plugin without settings says `settings.read {}`, so that one that is given to it by mistake is an error.
    local settings = {}

    -- A mapping has no length. YAML and JSON tell an empty one from an empty list; here both are a list of nothing.
    local function is_list(value)
      return type(value) == "table" and (#value > 0 or next(value) == nil)
    end

    local function show(value)
      if value == notilua.null then return "null" end
      if type(value) == "string" then return '"' .. value .. '"' end
      if type(value) ~= "table" then return tostring(value) end
      if next(value) == nil then return "empty" end
      return is_list(value) and "a list" or "a mapping"
    end

    local function sorted(map)
      local names = {}
      for name in pairs(map) do names[#names + 1] = name end
      table.sort(names)
      return names
    end

    -- "a, b or c"
    local function alternatives(names)
      return table.concat(names, ", ", 1, #names - 1) .. (#names > 1 and " or " or "") .. names[#names]
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

    -- The value as `rule` reads it; `place` is where an error says that it stands.
    local function check(rule, value, place)
      local found = rule.read(value, place)
      if found == nil then error(place .. " is " .. show(value) .. "; it must be " .. rule.wanted, 0) end
      return found
    end

    -- The same kind, but a value must be given.
    function settings.required(rule)
      local required = kind(nil, rule.wanted, rule.read)
      required.is_required = true
      return required
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
      return kind(default, alternatives(sorted(known)), function(value) return known[value] and value or nil end)
    end

    -- A list of what `item` reads, with at least one unless it may be empty.
    local function list(default, wanted, item, may_be_empty)
      return kind(default, wanted, function(value, place)
        if not is_list(value) then return nil end
        if #value == 0 and not may_be_empty then error(place .. " is empty; it must have at least one item", 0) end
        local items = {}
        for index, given in ipairs(value) do items[index] = check(item, given, place .. "[" .. index .. "]") end
        return items
      end)
    end

    -- A list of texts; all of them are of `among`, if that is given.
    function settings.texts(default, among, may_be_empty)
      if not among then return list(default, "a list of texts", settings.text(), may_be_empty) end
      local wanted = "a list of " .. table.concat(sorted(set(among)), ", ")
      return list(default, wanted, settings.choice(nil, among), may_be_empty)
    end

    -- A list of mappings, each with the settings that `known` has.
    function settings.list(known)
      return list({}, "a list of mappings", kind(nil, "a mapping", function(value, place)
        if type(value) ~= "table" or #value > 0 then return nil end
        return settings.read(known, value, place)
      end))
    end

    -- Texts by names.
    function settings.map(default)
      local text = settings.text()
      return kind(default, "texts by names", function(value, place)
        if type(value) ~= "table" or #value > 0 then return nil end
        local map = {}
        for name, given in pairs(value) do map[name] = check(text, given, place .. "." .. name) end
        return map
      end)
    end

    -- Gives the plugin's settings, checked and with their defaults; an unknown one is an error.
    ---@return table<string, any>
    function settings.read(known, given, place)
      given = given or notilua.settings
      place = place or "settings"
      local names = sorted(known)
      for name in pairs(given) do
        if not known[name] then
          local has = #names > 0 and table.concat(names, ", ") or "none"
          error(place .. "." .. name .. " is no setting of this plugin; it has " .. has, 0)
        end
      end
      local found = {}
      for _, name in ipairs(names) do
        local rule, value = known[name], given[name]
        if value ~= nil and value ~= notilua.null then
          found[name] = check(rule, value, place .. "." .. name)
        elseif rule.is_required then
          error(place .. "." .. name .. " is missing; it must be " .. rule.wanted, 0)
        else
          found[name] = rule.default
        end
      end
      return found
    end

    return settings

    """#
}
