import ClientKeys
import HTTPTypes
import LosslessJSON
import NotificationModel
import RESTInterface
import Testing

/// The description has every route, and no other; Tests/Strangers/api has what others make of it.
struct OpenAPIDocumentTests {
  private static func members(_ value: JSONValue?) -> [String: JSONValue] {
    guard case .object(let members)? = value else { return [:] }
    return Dictionary(members.map { ($0.key, $0.value) }) { $1 }
  }

  @Test func theDescriptionHasTheRoutes() throws {
    let document = try JSONValue(OpenAPIDocument.text)
    var described: Set<String> = []
    for (path, methods) in Self.members(Self.members(document)["paths"]) {
      for method in Self.members(methods).keys { described.insert("\(method.uppercased()) \(path)") }
    }
    #expect(described == Set(APIRoute.allCases.map { "\($0.method.rawValue) \($0.path)" }))
  }

  /// What a route needs stands in its description, and one without a scope needs no key.
  @Test(arguments: APIRoute.allCases)
  func theDescriptionNamesTheScope(_ route: APIRoute) throws {
    let paths = Self.members(Self.members(try JSONValue(OpenAPIDocument.text))["paths"])
    let operation = Self.members(Self.members(paths[route.path])[route.method.rawValue.lowercased()])
    guard let scope = route.scope else {
      #expect(operation["security"] == .array([]))
      return
    }
    guard case .string(let text)? = operation["description"] else {
      Issue.record("\(route) has no description")
      return
    }
    #expect(text.hasPrefix("Scope: \(scope.rawValue)."))
    #expect(Self.members(operation["responses"]).keys.contains("403"))
  }

  /// The push types are those that APNs has.
  @Test func thePushTypesAreThoseOfAPNs() throws {
    let schemas = Self.members(
      Self.members(Self.members(try JSONValue(OpenAPIDocument.text))["components"])["schemas"])
    let headers = Self.members(Self.members(schemas["Headers"])["properties"])
    #expect(Set(headers.keys) == Set(NotificationLine.Header.allCases.map { "\($0.name)" }))
    guard case .array(let types)? = Self.members(headers["apns-push-type"])["enum"] else {
      Issue.record("there is no list of push types")
      return
    }
    #expect(types == PushType.names.map { .string($0) } + [.null])
  }
}
