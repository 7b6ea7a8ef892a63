import ConfigurationFiles
import Foundation
import FoundationXML
import Notilua
import PluginTesting
import Testing

/// JUnit's XML, read by another parser.
struct JUnitReportTests {
  @Test func anotherParserFindsTheResults() throws {
    let text = TestReportForm.junit.text(Results.report, errors: [HostError(.usage, "broken & file")])
    let document = try XMLDocument(xmlString: text)
    let root = try #require(document.rootElement())
    func count(_ path: String) throws -> Int { try root.nodes(forXPath: path).count }
    #expect(root.attribute(forName: "tests")?.stringValue == "4")
    #expect(root.attribute(forName: "failures")?.stringValue == "1")
    #expect(root.attribute(forName: "errors")?.stringValue == "1")
    #expect(root.attribute(forName: "skipped")?.stringValue == "1")
    #expect(root.attribute(forName: "time")?.stringValue == "2.000000")
    #expect(try count("testsuite") == 3)
    #expect(try count("testsuite/testcase") == 4)
    #expect(try count("testsuite[@name='p']/testcase/failure[@type='payload']") == 1)
    #expect(try count("testsuite[@name='q']/testcase/skipped[@message='later # maybe']") == 1)
    #expect(try count("testsuite/testcase/error[@message='broken & file']") == 1)
    let time = try root.nodes(forXPath: "testsuite/testcase[@line='7']/@time").first?.stringValue
    #expect(time == "1.500000")
  }
}
