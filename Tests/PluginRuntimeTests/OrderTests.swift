import NotificationModel
import Notilua
import PluginRuntime
import Testing
import WorkerProtocol

/// `table.sort`, and tables in the order of their keys.
struct OrderTests {
  /// What a handler makes of `result`, as JSON, or its fault.
  private static func result(
    _ body: String, line: String = #"{"aps":{"alert":"hi"}}"#, isTest: Bool = false, memory: Int = 24 << 20,
    isTurned: Bool = false
  ) throws -> String {
    var definition = PluginDefinition(
      name: "p", path: "p.lua",
      source: Array(
        "return { did_receive = function(r, c) local result \(body) c.user_info.result = result end }".utf8))
    definition.limits.polls = true
    definition.limits.memory = memory
    if isTest { definition.testing = TestConditions(now: 0) }
    definition.testing?.turnsKeys = isTurned
    definition.testing?.turnsEquals = isTurned
    let plugin = try Plugin(definition: definition, seed: 1)
    #expect(plugin.loadFault == nil)
    var options = RunnerOptions()
    options.writesOutcomes = true
    options.traces = true
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: options)
    runner.begin(quarantined: 0)
    var line = line
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
    let members = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    let outcome = try Outcome(json: "{\"line\":1,\(members)}")
    if let fault = outcome.faults.first { return "\(fault.kind.rawValue): \(fault.message)" }
    return outcome.payload.split(separator: "\"result\":").last.map { String($0.dropLast()) } ?? ""
  }

  @Test(arguments: [
    ("result = { 3, 1, 2.5, -1 } table.sort(result)", "[-1,1,2.5,3]"),
    ("result = { 'b', 'B', 'a', 'ab', '' } table.sort(result)", #"["","B","a","ab","b"]"#),
    ("result = { 1, 2, 3 } table.sort(result, function(a, b) return a > b end)", "[3,2,1]"),
    ("result = {} table.sort(result) result[1] = 1", "[1]"), ("result = { 7 } table.sort(result)", "[7]"),
    // Equal elements stay in their order.
    (
      "result = { 'b2', 'a1', 'b1', 'a2' } table.sort(result, function(a, b) return a:sub(1, 1) < b:sub(1, 1) end)",
      #"["a1","a2","b2","b1"]"#
    ),
    ("result = { 2, 'x' } table.sort(result)", "error: p.lua:1: attempt to compare string with number"),
    ("table.sort(7)", "error: p.lua:1: bad argument #1 to 'sort' (table expected, got number)"),
    ("table.sort({ 2, 1 }, 7)", "error: p.lua:1: bad argument #2 to 'sort' (function expected, got number)"),
    // A function that is no order is noticed, and an error leaves the table as it was.
    (
      "table.sort({ 1, 2, 3 }, function() return true end)",
      "error: p.lua:1: invalid order function for sorting"
    ),
    (
      "table.sort({ 1, 1 }, function(a, b) return a <= b end)",
      "error: p.lua:1: invalid order function for sorting"
    ),
    (
      "result = { 3, 2, 1 } pcall(table.sort, result, function(a, b) if a == 1 then error('no') end return a < b end)",
      "[3,2,1]"
    ),
  ])
  func sorts(_ body: String, _ expected: String) throws {
    let found = try Self.result(body, isTest: true)
    #expect(found.hasPrefix(expected) && (found == expected || expected.hasPrefix("error")), "\(found)")
  }

  /// What Lua leaves open is decided the other way, and nothing else: the order that is asked for, and that of a list.
  @Test(arguments: [
    ("result = { 3, 1, 2.5, -1 } table.sort(result)", "[-1,1,2.5,3]"),
    (
      "result = { 'b2', 'a1', 'b1', 'a2' } table.sort(result, function(a, b) return a:sub(1, 1) < b:sub(1, 1) end)",
      #"["a2","a1","b1","b2"]"#
    ),
    (
      "result = {} for key in pairs { b = 1, a = 2, c = 3 } do result[#result + 1] = key end",
      #"["c","b","a"]"#
    ),
    ("result = {} for key in pairs { 'x', 'y', n = 2 } do result[#result + 1] = key end", #"[1,2,"n"]"#),
    (
      "result = {} for key in pairs { [true] = 1, [false] = 2 } do result[#result + 1] = key end",
      "[true,false]"
    ),
    ("result = { next { b = 1, a = 2 } }", #"["b",1]"#),
    // A key that comes while a table is gone through is met once, and the loop ends.
    (
      "result = {} local t = { b = 1, d = 2 } for k in next, t do result[#result + 1] = k t.b = nil end",
      #"["d"]"#
    ),
    (
      "table.sort({ 1, 1 }, function(a, b) return a <= b end)",
      "error: p.lua:1: invalid order function for sorting"
    ),
    ("result = { 0/0, 1, 0/0, 2 } table.sort(result) result = #result", "4"),
    // As many as a test has, and the order is right whatever the width of a run is.
    (
      """
      local list = {} for i = 1, 1000 do list[i] = { rank = i * 7919 % 13, index = i } end
      table.sort(list, function(a, b) return a.rank < b.rank end)
      result = true
      for i = 2, 1000 do
        local a, b = list[i - 1], list[i]
        result = result and (a.rank < b.rank or a.rank == b.rank and a.index > b.index)
      end
      """, "true"
    ),
  ])
  func turnsWhatLuaLeavesOpen(_ body: String, _ expected: String) throws {
    let found = try Self.result(body, isTest: true, isTurned: true)
    #expect(found.hasPrefix(expected) && (found == expected || expected.hasPrefix("error")), "\(found)")
  }

  @Test(arguments: [true, false])
  func sortsWhatThePayloadHas(_ isTest: Bool) throws {
    let line = #"{"aps":{"alert":"hi"},"list":[3,1,2]}"#
    #expect(
      try Self.result("table.sort(c.user_info.list) result = c.user_info.list", line: line, isTest: isTest)
        == "[1,2,3]")
  }

  @Test func sortingIsWithinTheLimits() throws {
    let fill = "local t = {} for i = 1, 30000 do t[i] = i * 7919 % 30011 end "
    #expect(try Self.result(fill + "table.sort(t) result = { t[1], t[30000] }", isTest: true) == "[1,30010]")
    #expect(try Self.result(fill + "table.sort(t)", isTest: true, memory: 1 << 20).hasPrefix("memory: "))
    #expect(
      try Self.result(fill + "table.sort(t, function(a, b) while true do end end)", isTest: true).hasPrefix(
        "timeout: "))
  }

  @Test(arguments: [
    (
      "result = {} for k, v in pairs { z = 1, a = 2, [3] = 3, [1] = 4, [-1.5] = 5, [true] = 6, [false] = 7 } do"
        + " result[#result + 1] = tostring(k) .. v end",
      #"["-1.55","14","33","a2","z1","false7","true6"]"#
    ),
    (
      "result = {} local t = { c = 1, b = 2, a = 3 } local k, v = next(t) while k do result[#result + 1] = k .. v k, v = next(t, k) end",
      #"["a3","b2","c1"]"#
    ),
    ("result = { next({}) == nil, next({ 5 }) }", "[true,1,5]"),
    // What is taken out on the way does not come any more.
    (
      "result = {} local t = { a = 1, b = 2, c = 3 } for k in pairs(t) do t.b = nil result[#result + 1] = k end",
      #"["a","c"]"#
    ),
    // A loop with next is not slower by the number of keys, and one within another is right.
    (
      "local t, n = {}, 0 for i = 1, 20000 do t['k' .. i] = i end for k in next, t do n = n + 1 end result = n",
      "20000"
    ),
    (
      "local t, n = { a = 1, b = 2, c = 3 }, 0 for k in next, t do for l in next, { 1, 2 } do n = n + 1 end end result = n",
      "6"
    ),
    (
      "result = {} local t = { a = 1, b = 2, c = 3, d = 4 } for k in next, t do t[k] = nil next({ 1 }, 1) result[#result + 1] = k end",
      #"["a","b","c","d"]"#
    ),
    // The usual way to ask whether a table is empty, and to empty it.
    (
      "local t, n = {}, 0 for i = 1, 20000 do t['k' .. i] = i if next(t) then n = n + 1 end end"
        + " local k = next(t) while k do t[k] = nil n = n + 1 k = next(t) end result = { n, next(t) == nil }",
      "[40000,true]"
    ),
    // What came later comes last, and is not forgotten.
    (
      "result = {} local t = { b = 1 } next(t) t.c = 2 t.a = 3 for k in next, t do result[#result + 1] = k end",
      #"["b","a","c"]"#
    ),
    ("result = { pcall(next, { a = 1, c = 2 }, 'b') }", #"[false,"invalid key to 'next'"]"#),
    // Tables as keys come last, each once.
    (
      "local t, n = { x = 1 }, 0 for i = 1, 20 do t[{}] = i end local first for k in pairs(t) do first = first or k n = n + 1 end"
        + " local m, k = 0, next(t) while k do m = m + 1 k = next(t, k) end result = { first, n, m }",
      #"["x",21,21]"#
    ),
    (
      "result = {} for name in pairs(utf8) do result[#result + 1] = name end",
      #"["char","charpattern","codepoint","codes","len","offset"]"#
    ),
  ])
  func keysHaveAnOrderInTests(_ body: String, _ expected: String) throws {
    #expect(try Self.result(body, isTest: true) == expected)
  }
}
