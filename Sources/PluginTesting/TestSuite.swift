import ConfigurationFiles
import FileReading
import NotificationModel
import Notilua

/// A file of tests that are written in Lua.
///
/// It runs in the place of a plugin, under the same limits and in the same sandbox; the code around it is below.
package struct TestSuite: Sendable {
  /// The file's path.
  package var file: String
  /// The plugin in whose folder it is.
  package var plugin: String?
  /// The plugin, or the file.
  package var subject: String
  /// The lines at which tests begin, by their names.
  private var lines: [String: Int] = [:]

  /// Reads the file for the lines at which its tests begin.
  package init(file: String, plugin: String?) throws(HostError) {
    self.file = file
    self.plugin = plugin
    subject = plugin.map { PluginFolder.name(of: $0) } ?? file
    for (index, line) in LuaLines.of(try readFile(file, .cases)).enumerated() {
      if let found = line.firstMatch(of: /^\s*test\s*\(?\s*(["'])((?:\\.|(?!\1).)*)\1/) {
        lines[String(found.2.replacing(/\\(.)/) { String($0.1) })] = index + 1
      }
    }
  }

  func line(of name: String) -> Int { lines[name] ?? 1 }

  // MARK: Around the tests

  /// The reason for dropping the notification of a test that asserts nothing.
  static let assertsNothing = "(the test asserts nothing)"
  static let moduleName = "(the tests)"
  static let chunkName = "(notilua test)"
  /// The notification during which a test runs.
  static let payload = #"{"aps":{"alert":"test"}}"#

  /// The names of the tests, which the plugin around them gives as its description.
  static func names(in description: String) -> [String] {
    guard case .array(let names)? = try? JSONValue(description) else { return [] }
    return names.map { if case .string(let name) = $0 { name } else { "" } }
  }

  /// The outcome as a test sees it: with the content's properties beside the payload.
  static func json(_ outcome: Outcome) -> String {
    guard case .object(var members)? = try? JSONValue(outcome.json) else { return outcome.json }
    if !outcome.payload.isEmpty {
      members.append(.init("content", Expectation.content(of: outcome.payload, like: nil)))
    }
    return JSONValue.object(members).text
  }

  /// A trace without what is around the tests.
  static func ownLines(of trace: String) -> [String] {
    var lines: [String] = []
    var isOwn = true
    for line in trace.split(separator: "\n") {
      if !line.hasPrefix("    ") { isOwn = !line.hasPrefix(chunkName) }
      // Every test has its t.
      if isOwn, !line.hasPrefix("    t = ") { lines.append(String(line)) }
    }
    return lines
  }

  /// The plugin that runs test number `settings.test`, or with none tells the names of all.
  package static let source = #"""
    local names, tests = {}, {}
    local is_running = false

    function test(name, run)
      if type(name) ~= "string" or type(run) ~= "function" then
        error("write test(\"what it shows\", function(t) … end)", 2)
      end
      if is_running then error("a test cannot have tests; write it beside the others", 2) end
      for _, other in ipairs(names) do
        if other == name then error("two tests are named '" .. name .. "'; give each a name of its own", 2) end
      end
      names[#names + 1], tests[#tests + 1] = name, run
    end

    require "(the tests)"

    -- A text as Lua writes it, so that two that differ look different.
    local function quoted(text)
      local pattern = utf8.len(text) and '[%c"\\]' or '[%c"\\\128-\255]'
      return '"' .. text:gsub(pattern, function(c)
        if c == "\n" then return "\\n" end
        return (c == '"' or c == "\\") and "\\" .. c or ("\\%03d"):format(c:byte())
      end) .. '"'
    end

    local function show(value)
      if type(value) == "string" then return quoted(value) end
      if math.type(value) == "float" then
        local short = ("%.14g"):format(value)
        return tonumber(short) == value and tostring(value) or ("%.17g"):format(value)
      end
      if type(value) == "table" then
        local ok, text = pcall(notilua.json.encode, value)
        return ok and text or "a table"
      end
      return tostring(value)
    end

    -- What is shown of two long texts: where they differ.
    local function near_difference(got, wanted)
      local at = 1
      while got:byte(at) == wanted:byte(at) do at = at + 1 end
      local from = math.max(1, at - 20)
      while from > 1 and (got:byte(from) or 0) & 0xC0 == 0x80 do from = from - 1 end
      local function cut(text) return quoted(text:sub(from, from + 59)) .. (#text > from + 59 and "…" or "") end
      return "from byte " .. from .. " on, expected " .. cut(wanted) .. ", got " .. cut(got)
    end

    -- Where two values differ, and how; nil where they do not. `seen` has the pairs of tables that were compared.
    local function difference(got, wanted, path, seen, depth)
      if got == wanted or got ~= got and wanted ~= wanted then return nil end
      if type(got) ~= "table" or type(wanted) ~= "table" then
        local place = path == "" and "" or "at " .. path .. ": "
        if type(got) == "string" and type(wanted) == "string" and #got + #wanted > 160 then
          return place .. near_difference(got, wanted)
        end
        return place .. "expected " .. show(wanted) .. ", got " .. show(got)
      end
      if depth > 150 then return "at " .. path:sub(1, 60) .. "…: the tables are nested deeper than 150" end
      local compared = seen[got] or {}
      if compared[wanted] then return nil end
      compared[wanted], seen[got] = true, compared
      for key, value in pairs(wanted) do
        local found = difference(got[key], value, path .. "." .. tostring(key), seen, depth + 1)
        if found then return found end
      end
      for key, value in pairs(got) do
        if wanted[key] == nil then
          return "at " .. path .. "." .. tostring(key) .. ": expected nothing there, got " .. show(value)
        end
      end
    end

    local t = {}
    -- Whether any of the functions was called that say what must be so.
    local has_asserted = false
    -- The first thing that was not as expected; a pcall around it does not undo that.
    local failure

    local function fail(text, what)
      text = (what and tostring(what) .. ": " or "") .. text
      -- With the place of the test's own line: below are the function here, pcall, fail and the function of t.
      local _, placed = pcall(function() error(text, 5) end)
      failure = failure or placed
      error(placed, 0)
    end

    local function check(count, wanted, name, value)
      has_asserted = has_asserted or name ~= "run"
      if value == t then error("the functions of t take a dot: t.equal(got, wanted)", 3) end
      if count < wanted then error("t." .. name .. " takes " .. wanted .. " values", 3) end
    end

    -- Whether a text has a pattern; a pattern that is none is the test's mistake.
    local function has(text, pattern)
      local ok, found = pcall(string.find, text, pattern)
      if not ok then error("the pattern " .. show(pattern) .. " is none: " .. tostring(found), 3) end
      return found
    end

    function t.fail(...)
      check(1, 1, "fail", (...))
      fail(tostring((...) or "failed"))
    end

    function t.ok(...)
      local value, what = ...
      check(select("#", ...), 1, "ok", value)
      if not value then fail("expected something true, got " .. show(value), what) end
    end

    function t.equal(...)
      local got, wanted, what = ...
      check(select("#", ...), 2, "equal", got)
      local found = difference(got, wanted, "", {}, 0)
      if found then fail(found, what) end
    end

    function t.matches(...)
      local text, pattern, what = ...
      check(select("#", ...), 2, "matches", text)
      if type(text) ~= "string" or not has(text, pattern) then
        fail("expected a text with the pattern " .. show(pattern) .. ", got " .. show(text), what)
      end
    end

    function t.raises(...)
      local run, pattern, what = ...
      check(select("#", ...), 1, "raises", run)
      if type(run) ~= "function" then
        error("t.raises takes a function that it calls, not " .. show(run) .. ": t.raises(function() … end)", 2)
      end
      local ok, message = pcall(run)
      if ok then fail("expected an error, and there is none", what) end
      message = type(message) == "string" and message or show(message)
      if pattern and not has(message, pattern) then
        fail("expected an error with the pattern " .. show(pattern) .. ", got " .. show(message), what)
      end
    end

    -- A fault that the test does not say it expects is a failure, as in data.
    function t.run(...)
      local case = ...
      check(select("#", ...), 1, "run", case)
      if type(case) ~= "table" then error("t.run takes a table such as { given = { aps = { alert = \"hi\" } } }", 2) end
      local given = {}
      for key, value in pairs(case) do given[key] = value end
      given.may_fault = nil
      local ok, json, why = pcall(notilua.test.run, given)
      if not ok then error(json, 0) end
      if not json then error(why, 2) end
      local outcome = notilua.json.decode(json)
      for _, one in ipairs(outcome.action and { outcome } or outcome) do
        local fault = one.faults and one.faults[1]
        if fault and not case.may_fault then
          fail(fault.plugin .. " has a fault: " .. fault.message .. "; say may_fault = true if it should", "t.run")
        end
      end
      return outcome
    end

    return {
      description = notilua.json.encode(notilua.array(names)),
      did_receive = function()
        is_running = true
        tests[notilua.settings.test](t)
        if failure then error("a failure was caught: " .. failure, 0) end
        if not has_asserted then return notilua.drop("(the test asserts nothing)") end
      end,
    }
    """#
}
