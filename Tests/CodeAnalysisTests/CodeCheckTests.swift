import CodeAnalysis
import Foundation
import LuaSandbox
import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// What is found in a plugin's code without running it.
struct CodeCheckTests {
  private static func findings(
    _ source: String, modules: [PluginDefinition.Module] = [], path: String = "p.lua"
  ) throws -> [CodeFinding] {
    let definition = PluginDefinition(name: "p", path: path, source: Array(source.utf8), modules: modules)
    return try Plugin(definition: definition, seed: 1).codeFindings()
  }

  /// The findings in the body of did_receive, which begins in line 3.
  private static func lines(_ body: String) throws -> [String] {
    try findings(
      """
      local plugin = { description = "d" }
      function plugin.did_receive(request, content)
      \(body)
      end
      function plugin.time_will_expire() end
      return plugin
      """
    ).map { "\($0.line): \($0.message)" }
  }

  private static let types = PushType.names.joined(separator: ", ")

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  // MARK: Names

  @Test(
    arguments: [
      // The names of Lua 5.1 and LuaJIT, by their manuals.
      ("local a = unpack({ 1, 2 })", "'unpack' is not defined; Lua 5.4 has table.unpack"),
      ("local n = table.getn({})", "there is no 'table.getn'; write #t"),
      ("local n = table.maxn({})", "there is no 'table.maxn'; write #t"),
      (
        "for w in string.gfind('a', '.') do print(w) end",
        "there is no 'string.gfind'; Lua 5.4 has string.gmatch"
      ),
      ("local x = math.pow(2, 3)", "there is no 'math.pow'; write x ^ y"),
      ("local b = bit.band(1, 3)", "'bit' is not defined; Lua 5.4 has the operators & | ~ << >>"),
      // What Lua 5.4 has and the sandbox has not.
      (
        "local f = io.open('x')",
        "'io' is not defined; plugins read no files; put the data into a module, or into the plugin's settings"
      ),
      ("io.write('x')", "'io' is not defined; use print, or notilua.log.info"),
      ("local r = rawget({}, 'a')", "'rawget' is not defined; write t[key]"),
      (
        "local t <const> = os.getenv('HOME')",
        "there is no 'os.getenv'; give the value as a setting of the plugin: notilua.settings"
      ),
      // Slips.
      (
        "if content.user_info.note == null then return end",
        "'null' is not defined; notilua.null is JSON's null, nil a value that is not there"
      ),
      ("content.body = titel .. '!'", "'titel' is not defined; did you mean 'content.title'?"),
      ("content.body = tostrin(5)", "'tostrin' is not defined; did you mean 'tostring'?"),
      ("local x = requst.topic", "'requst' is not defined; did you mean 'request'?"),
      (
        "content.body = notilua.localise('K')",
        "there is no 'notilua.localise'; did you mean 'notilua.localize'?"
      ),
      (
        "return notilua.drp('x')",
        "there is no 'notilua.drp'; did you mean 'notilua.drop'?"
      ),
      (
        "notilua.log('x')",
        "'notilua.log' is a table of functions and cannot be called; call one of them: notilua.log.debug, notilua.log.error, notilua.log.info, notilua.log.warn"
      ),
      (
        "notilua:drop('x')",
        "'notilua:drop' passes 'notilua' itself as the first argument; write notilua.drop(…) with a dot"
      ),
      (
        "later()\nlocal function later() end later()",
        "'later' is not defined; the local variable of that name begins further down, by line 4; move it above its use"
      ),
      (
        "count = (count or 0) + 1",
        "'count' is a global, and none can be set while a notification is processed; write 'local count = …'"
      ),
      (
        "string.trim = 5",
        "'string.trim' cannot be set, since 'string' cannot be changed; keep what is yours in a local variable"
      ),
      ("local x = content.body:trim()", #"a string has no method 'trim'; write text:match("^%s*(.-)%s*$")"#),
      (
        "local x = ('a'):startsWith('b')",
        "a string has no method 'startsWith'; write text:sub(1, #part) == part"
      ),
    ])
  func aNameThatIsNotThereIsFound(_ body: String, _ message: String) throws {
    #expect(try Self.lines(body) == ["3: \(message)"])
  }

  @Test(
    arguments: [
      // Apple's names, as Swift and the payload have them.
      (
        "content.threadIdentifier = 'r'",
        "content has no property 'threadIdentifier'; did you mean 'thread_identifier'?"
      ),
      ("content.thread_id = 'r'", "content has no property 'thread_id'; did you mean 'thread_identifier'?"),
      ("content.userInfo.x = 1", "content has no property 'userInfo'; did you mean 'user_info'?"),
      ("content.Title = 'x'", "content has no property 'Title'; did you mean 'title'?"),
      (
        "content.categoryIdentifier = 'x'",
        "content has no property 'categoryIdentifier'; did you mean 'category_identifier'?"
      ),
      ("content.category = 'x'", "content has no property 'category'; did you mean 'category_identifier'?"),
      (
        "content.targetContentIdentifier = 'x'",
        "content has no property 'targetContentIdentifier'; did you mean 'target_content_identifier'?"
      ),
      (
        "content.aps.alert.title = 'x'",
        "content has no property 'aps'; aps is content.user_info.aps, and its alert's texts are content.title, subtitle and body"
      ),
      (
        "content.conversation = 'x'",
        "content has no property 'conversation'; custom keys are in content.user_info"
      ),
      (
        "local x = content.topic",
        "content has no property 'topic'; it is a property of request: request.topic"
      ),
      ("local x = request.Locale", "request has no property 'Locale'; did you mean 'locale'?"),
      ("local x = request.recieved_at", "request has no property 'recieved_at'; did you mean 'received_at'?"),
      (
        "local x = request.title",
        "request has no property 'title'; it is a property of content: content.title"
      ),
      ("local x = request.content.boddy", "content has no property 'boddy'; did you mean 'body'?"),
      ("request.locale = 'x'", "request is read only; change content instead"),
      ("request.priority = 7", "request.priority: expected 10, 5 or 1, got 7"),
      (
        "request.push_type = 'Alert'",
        "request.push_type: expected one of \(Self.types), got 'Alert'; did you mean 'alert'?"
      ),
      (
        "for k, v in pairs(content) do print(k, v) end",
        "pairs does not go through content; content.user_info has the payload"
      ),
      (
        "local function f() content.boddy = 'x' end f()",
        "content has no property 'boddy'; did you mean 'body'?"
      ),
    ])
  func aPropertyThatIsNotThereIsFound(_ body: String, _ message: String) throws {
    #expect(try Self.lines(body) == ["3: \(message)"])
  }

  @Test(
    arguments: [
      (
        "notilua.drop('x')",
        "the result of notilua.drop is not returned, so that nothing is dropped; write 'return notilua.drop(…)'"
      ),
      (
        "local drop = notilua.drop drop(content.body or 'none')",
        "the result of notilua.drop is not returned, so that nothing is dropped; write 'return notilua.drop(…)'"
      ),
      (
        "if content.body then return nil, 'why' end",
        "did_receive returns more than one value, and only the first counts; to drop the notification, write 'return notilua.drop(…)'"
      ),
      ("return false", "did_receive returns a boolean; return nothing, content or notilua.drop(reason)"),
      ("return { 1 }", "did_receive returns a table; return nothing, content or notilua.drop(reason)"),
      (
        "content.body:upper()",
        "the result of string.upper is not used, and the call changes nothing; assign it, as in 'local result = string.upper(…)'"
      ),
      (
        "content.body:gsub('%d', '*')",
        "the result of string.gsub is not used, and the call changes nothing; assign it, as in 'local result = string.gsub(…)'"
      ),
      (
        "local x = notilua.text.truncate(content.body)",
        "notilua.text.truncate is called without its argument 'limit'; 'notilua manual' describes it"
      ),
      (
        "if request.priority == '10' then return end",
        "request.priority is a number and never equals a string; write 10 without quotes"
      ),
      (
        "if type(content.user_info.x) == 'int' then return end",
        #"type never returns "int"; write math.type(value) == "integer""#
      ),
      (
        "if type(boddy) == 'string' then return end",
        "'boddy' is not defined; did you mean 'content.body'?"
      ),
      (
        "if type(content.user_info.x) == 'strin' then return end",
        #"type never returns "strin"; did you mean "string"?"#
      ),
    ])
  func codeThatCannotMeanWhatItSaysIsFound(_ body: String, _ message: String) throws {
    #expect(try Self.lines(body) == ["3: \(message)"])
  }

  /// The values are tried as the handler would assign them.
  @Test(arguments: [
    "content.badge = '3'", "content.title = 5", "content.interruption_level = 'timeSensitive'",
  ])
  func aValueThatCannotBeAssignedIsFound(_ body: String) throws {
    let found = try Self.lines(body)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("3: content.") == true, "\(found)")
  }

  @Test(
    arguments: [
      (
        "did_receive = function(content) content.title = 'x' end",
        "the parameters of did_receive are request, content, and 'content' stands in the place of 'request'; write function plugin.did_receive(request, content)"
      ),
      (
        "did_receive = function(self, request, content) end",
        "did_receive is written with a colon, so that its first parameter is self; write function plugin.did_receive(request, content)"
      ),
    ])
  func parametersInTheWrongPlaceAreFound(_ member: String, _ message: String) throws {
    #expect(try Self.findings("return { \(member) }").map(\.message) == [message])
  }

  @Test(arguments: [
    (
      #"content.body = content.body:gsub("[äöü]", "?")"#, "the set [äöü] has characters of more than one byte"
    ),
    (#"if content.title:find("Kö?ln") then return end"#, "in ö? the sign goes by the last byte"),
    (#"local word = string.match(content.body, "(%a+")"#, "malformed pattern ('(' without ')')"),
    (#"for word in content.body:gmatch("[%a") do print(word) end"#, "malformed pattern (missing ']')"),
  ])
  func aPatternThatIsNoneIsFound(_ body: String, _ message: String) throws {
    let found = try Self.lines(body)
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix("3: malformed pattern") == true && found.first?.contains(message) == true,
      "\(found)")
  }

  @Test(arguments: [
    #"if content.title:find("[ä]", 1, true) then return end"#,
    #"content.body = content.body:gsub("[\128-\191]", "")"#,
    #"content.body = content.body:gsub(utf8.charpattern, {})"#,
    #"content.body = content.body:gsub("[\xC3\x28]", "")"#,
    #"local ok = pcall(function() return content.body:find("[ä]") end) print(ok)"#,
  ])
  func aPatternOfBytesIsNoFinding(_ body: String) throws { #expect(try Self.lines(body) == []) }

  @Test func aContentExtensionIsCalledWithOtherThings() throws {
    let found = try Self.findings(
      """
      return { kind = "content", categories = { "C" },
        did_receive = function(notification, view)
          view.place({})
          view:text("x")
          local title = notification.request.content.titel
          view.text(title)
        end,
        did_receive_response = function(response, view) if response.action then view.clear() end end,
      }
      """)
    #expect(
      found.map { "\($0.line): \($0.message)" } == [
        "3: view has no function 'place'; did you mean 'view.places'?",
        "4: 'view:text' passes 'view' itself as the first argument; write view.text(…) with a dot",
        "5: content has no property 'titel'; did you mean 'title'?",
        "8: response has no property 'action'; did you mean 'action_identifier'?",
      ])
  }

  // MARK: Right code

  /// What works in the sandbox, though a careless reader might take it for a mistake.
  @Test(
    arguments: [
      "local unpack = table.unpack or unpack print(unpack({ 1 }))",
      "local unpack = unpack or table.unpack print(unpack({ 1 }))",
      "if setmetatable then setmetatable({}, {}) end",
      "if setmetatable ~= nil then setmetatable({}, {}) end",
      "if not loadstring then return end loadstring('x')",
      "if type(jit) == 'table' then print(jit.version) end",
      "local f = type(loadstring) == 'function' and loadstring or print f(1)",
      "print(type(setmetatable), type(string.gfind) == 'nil')",
      "local io = { open = print } io.open('x')",
      "local _ENV = { a = 1 } b = a",
      "local function helper(content) return content.anything end print(helper({}))",
      "local content = { boddy = 1 } print(content.boddy)",
      "content = content.user_info print(content.anything)",
      "local table = { getn = function() end } table.getn()",
      "local x if request.topic then x = notilua.drop('a') end return x",
      "return notilua.drop(request.topic and 'a' or 'b')",
      "content.body = content.body:gsub('a', 'b')",
      "content.body:gsub('%w+', function(word) print(word) end)",
      "local ok = pcall(function() string.format('%d', 'x') end) print(ok)",
      "for key, value in pairs(content.user_info) do print(key, value) end",
      "for i = 1, 3 do local x = i print(x) end",
      "goto done do print(1) end ::done::",
      "local t = {} t.unpack = 1 t[1] = notilua.null print(t)",
      "local s = 'x' s = s:upper() print(s:rep(3), #s)",
      "print(_G.nothing, _VERSION, math.pi, utf8.charpattern)",
      "content.badge = 3 content.title = nil content.sound = 'default'",
      // A Live Activity's score may be any number.
      "content.relevance_score = 100",
      "local a, b = string.find('x', 'x'), select('#', 1, 2) print(a, b)",
      "while true do local found = request.topic if not found then break end return content end",
      "notilua.withdraw('x') notilua.log.info('x') print('x') notilua.array({})",
      "if type(content.user_info.x) == 'table' or type(5) == 'userdata' then print(1) end",
      "if request.priority == 10 or request.topic == '10' then print(1) end",
    ])
  func nothingIsSaidOfWhatWorks(_ body: String) throws {
    #expect(try Self.lines(body) == [])
  }

  @Test func globalsThatThePluginSetsWhileItIsLoadedAreThere() throws {
    let found = try Self.findings(
      """
      limit = 5
      local function define(name) registry = { name } end
      define("a")
      local m = require "m"
      return { description = "d", did_receive = function(request, content)
        if limit then content.badge = limit end
        print(registry, shared, m)
      end }
      """,
      modules: [
        .init(name: "m", path: "m.lua", source: Array("shared = 1\nfunction other() end\nreturn {}".utf8))
      ])
    #expect(found == [])
  }

  /// More constants than an instruction has room for: names go through registers.
  @Test func longFunctionsAreFollowed() throws {
    let many = (1...400).map { "x = \"constant \($0)\"" }.joined(separator: "\n")
    let found = try Self.findings(
      "local x\n\(many)\nprint(x, unpack)\nreturn { did_receive = function(request, content)\n\(many)\ncontent.boddy = x\nend }"
    )
    #expect(found.map { "\($0.line): \($0.name)" } == ["402: unpack", "804: content.boddy"])
  }

  // MARK: Lua's names

  /// What the manuals of Lua 5.1 and 5.4 list in their indexes, and those of LuaJIT: where the sandbox has it not, the
  /// finding says what to write.
  @Test func everyNameOfLuaThatIsNotThereHasAnAnswer() throws {
    let names = """
      _G assert collectgarbage dofile error getfenv getmetatable ipairs load loadfile loadstring module next pairs pcall
      print rawequal rawget rawlen rawset require select setfenv setmetatable tonumber tostring type unpack warn xpcall
      _VERSION coroutine.close coroutine.create coroutine.isyieldable coroutine.resume coroutine.running
      coroutine.status coroutine.wrap coroutine.yield debug.debug debug.gethook debug.getinfo debug.getlocal
      debug.getmetatable debug.getregistry debug.getupvalue debug.getuservalue debug.sethook debug.setlocal
      debug.setmetatable debug.setupvalue debug.traceback debug.upvalueid io.close io.flush io.input io.lines io.open
      io.output io.popen io.read io.stderr io.stdin io.stdout io.tmpfile io.type io.write math.abs math.acos math.asin
      math.atan math.ceil math.cos math.cosh math.deg math.exp math.floor math.fmod math.frexp math.huge math.ldexp
      math.log math.log10 math.max math.maxinteger math.min math.mininteger math.mod math.modf math.pi math.pow math.rad
      math.random math.randomseed math.sin math.sinh math.sqrt math.tan math.tanh math.tointeger math.type math.ult
      os.clock os.date os.difftime os.execute os.exit os.getenv os.remove os.rename os.setlocale os.time os.tmpname
      package.config package.cpath package.loaded package.loadlib package.path package.preload package.searchers
      package.searchpath package.seeall string.byte string.char string.dump string.find string.format string.gfind
      string.gmatch string.gsub string.len string.lower string.match string.pack string.packsize string.rep
      string.reverse string.sub string.unpack string.upper table.concat table.foreach table.foreachi table.getn
      table.insert table.maxn table.move table.pack table.remove table.setn table.sort table.unpack utf8.char
      utf8.charpattern utf8.codepoint utf8.codes utf8.len utf8.offset bit.band bit.bnot bit.bor bit.bxor bit.lshift
      bit.rshift bit.tobit bit32.band jit.version ffi.new
      """.split { $0 == " " || $0 == "\n" }
    var missing = 0
    for name in names {
      let found = try Self.findings("local x = \(name)\nreturn { did_receive = function() end }")
      missing += found.count
      for finding in found {
        #expect(
          !finding.advice.hasPrefix("known are") && !finding.advice.hasPrefix("give it a value"), "\(finding)"
        )
        #expect(!finding.advice.hasPrefix("did you mean"), "\(finding)")
      }
      // What is said not to be there is not there.
      let isThere =
        try Plugin(
          definition: PluginDefinition(
            name: "p", path: "p.lua",
            source: Array("assert(\(name) ~= nil)\nreturn { did_receive = function() end }".utf8)),
          seed: 1
        ).loadFault == nil
      #expect(isThere == found.isEmpty, "\(name)")
    }
    #expect(missing > 70)
  }

  // MARK: Hostile code

  /// What Lua wrote, with bytes changed or cut off: it is refused or read, and neither ends the process.
  @Test func brokenCodeIsRefusedOrRead() throws {
    let source = try Data(contentsOf: Self.root.appending(path: "plugins/redact/init.lua"))
    let interpreter = try LuaInterpreter(
      limits: LuaLimits(), model: PayloadModel.boundary(), names: PayloadModel.names, plugin: nil)
    let code = try interpreter.code(chunkName: "p.lua", source: Array(source))
    let names = try SandboxNames(
      description: #"{"string":"table","string.find":"function","type":"function","notilua":"table"}"#,
      interface: .current)
    func findings(_ code: [UInt8]) -> [CodeFinding]? {
      (try? CompiledFunction(code: code)).map {
        CodeCheck.findings([("p.lua", $0)], names: names, patternProblem: { _ in nil })
      }
    }
    #expect(findings(code)?.isEmpty == false)
    var random = RandomSource(seed: 7)
    var readCount = 0
    for round in 0..<3000 {
      var broken = code
      if round % 3 == 0 {
        broken.removeLast(Int(random.next() % UInt64(code.count)))
      } else {
        for _ in 0...round % 8 {
          broken[Int(random.next() % UInt64(code.count))] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      if findings(broken) != nil { readCount += 1 }
    }
    #expect(readCount > 100)
  }

  /// As many functions, variables and names as a source may have, and as deep as Lua takes it.
  @Test func largeCodeTakesTimeInProportion() throws {
    let functions = String(repeating: "f = function() return nothing end\n", count: 20_000)
    let blocks = String(repeating: "do local a = 1 end\n", count: 20_000)
    let deep = String(repeating: "local function g() ", count: 150) + String(repeating: " end", count: 150)
    let found = try Self.findings(
      "local f\n\(functions)\(blocks)\(deep)\nreturn { did_receive = function() end }")
    #expect(!found.isEmpty)
  }
}
