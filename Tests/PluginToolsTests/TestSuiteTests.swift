import PluginTesting
import PluginTools
import Testing

struct TestSuiteTests {
  /// What editors show of `t` is what there is.
  @Test func theEditorKnowsEveryFunctionOfTests() throws {
    let defined = Set(TestSuite.source.matches(of: /function t\.(\w+)\(/).map { String($0.1) })
    let parts = Manual(try BuiltWorker.interface()).editorDefinitions.split(
      separator: "---@class notilua.Test\n")
    let documented = try #require(parts.last).split(separator: "\n").prefix { $0.hasPrefix("---@field") }
      .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    #expect(defined.count == 6)
    #expect(Set(documented) == defined)
  }

  /// What editors show of a case is what cases may have.
  @Test func theEditorKnowsEveryKeyOfCases() throws {
    let parts = Manual(try BuiltWorker.interface()).editorDefinitions.split(
      separator: "---@class notilua.Case\n")
    let documented = try #require(parts.last).split(separator: "\n").prefix { $0.hasPrefix("---@field") }
      .compactMap { $0.split(separator: " ").dropFirst().first?.replacing("?", with: "") }
    let nested = Set(["given"] + TestCaseReader.optionalKeys).subtracting(["tags", "skip"])
    #expect(Set(documented.map { String($0) }) == nested.union(["may_fault"]))
  }
}
