import ExtensionHost
import NotificationModel

/// A file of tests that are written in Lua.
///
/// It runs in the place of a plugin, under the same limits and in the same sandbox; the code around it is below.
package struct TestSuite: Sendable {
  /// The file's path.
  package var file: String
  /// The plugin in whose folder it is.
  package var plugin: String?
  package var subject: String
  /// The lines at which tests begin, by their names.
  private var lines: [String: Int] = [:]

  package init(file: String, plugin: String?) throws(HostError) {
    self.file = file
    self.plugin = plugin
    subject = plugin.map { PluginFolder.name(of: $0) } ?? file
    let text = String(decoding: try readFile(file), as: UTF8.self)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let name = line.firstMatch(of: /^\s*test\s*\(?\s*["']([^"']*)["']/) {
        lines[String(name.1)] = index + 1
      }
    }
  }

  func line(of name: String) -> Int { lines[name] ?? 1 }

  /// What the worker of tests is known by.
  var zone: String { "suite" }

  // MARK: Around the tests

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
  static let source = #"""
    local names, tests = {}, {}

    function test(name, run)
      if type(name) ~= "string" or type(run) ~= "function" then
        error("write test(\"what it shows\", function(t) … end)", 2)
      end
      for _, other in ipairs(names) do
        if other == name then error("two tests are named '" .. name .. "'; give each a name of its own", 2) end
      end
      names[#names + 1], tests[#tests + 1] = name, run
    end

    require "(the tests)"

    local function show(value)
      if type(value) == "string" then return '"' .. value .. '"' end
      if type(value) == "table" then
        local ok, text = pcall(notilua.json.encode, value)
        return ok and text or "a table"
      end
      return tostring(value)
    end

    -- Where two values differ, and how; nil where they do not.
    local function difference(got, wanted, path)
      if type(got) ~= "table" or type(wanted) ~= "table" then
        if got == wanted then return nil end
        return (path == "" and "" or "at " .. path .. ": ") .. "expected " .. show(wanted) .. ", got " .. show(got)
      end
      for key, value in pairs(wanted) do
        local found = difference(got[key], value, path .. "." .. tostring(key))
        if found then return found end
      end
      for key, value in pairs(got) do
        if wanted[key] == nil then
          return "at " .. path .. "." .. tostring(key) .. ": expected nothing there, got " .. show(value)
        end
      end
    end

    local t = {}

    local function fail(text, what)
      error((what and tostring(what) .. ": " or "") .. text, 3)
    end

    local function no_colon(value)
      if value == t then error("the functions of t take a dot: t.equal(got, wanted)", 3) end
    end

    function t.fail(what) error(what or "failed", 2) end

    function t.ok(value, what)
      no_colon(value)
      if not value then fail("expected something true, got " .. show(value), what) end
    end

    function t.equal(got, wanted, what)
      no_colon(got)
      local found = difference(got, wanted, "")
      if found then fail(found, what) end
    end

    function t.matches(text, pattern, what)
      no_colon(text)
      if type(text) ~= "string" or not text:find(pattern) then
        fail("expected a text with the pattern " .. show(pattern) .. ", got " .. show(text), what)
      end
    end

    function t.raises(run, pattern, what)
      no_colon(run)
      local ok, message = pcall(run)
      if ok then fail("expected an error, and there is none", what) end
      message = type(message) == "string" and message or show(message)
      if pattern and not message:find(pattern) then
        fail("expected an error with the pattern " .. show(pattern) .. ", got " .. show(message), what)
      end
    end

    function t.run(case)
      no_colon(case)
      local json, why = notilua.test.run(case)
      if not json then error(why, 2) end
      return notilua.json.decode(json)
    end

    return {
      description = notilua.json.encode(notilua.array(names)),
      did_receive = function() tests[notilua.settings.test](t) end,
    }
    """#
}
