/// The description of the HTTP API, as OpenAPI 3.1 has it; a test holds it to the routes.
package enum OpenAPIDocument {
  /// The description as JSON.
  package static let text = """
    {"openapi": "3.1.0", \(info),
    "paths": {\(paths), \(devicePaths), \(messagePaths), \(presencePaths), \(mutePaths)},
    "components": {"securitySchemes": {\(securitySchemes)}, "headers": {\(headers)},
    "parameters": {\(parameters), \(deviceParameters), \(presenceParameters), \(muteParameters)}, "responses": {\(responses)}, "schemas": {\(schemas), \(deviceSchemas), \(messageSchemas), \(presenceSchemas), \(muteSchemas)}}}
    """

  private static let info = #"""
    "info": {
      "title": "Notilua", "version": "1",
      "description": "Notifications for APNs through the plugins of a service. Every error is application/problem+json: its detail says where, what is wrong and what to do."
    }, "servers": [{"url": "/"}], "security": [{"key": []}]
    """#

  private static let securitySchemes = #"""
    "key": {"type": "http", "scheme": "bearer", "description": "A key of 'notilua keys api add'."}
    """#

  private static let headers = #"""
    "RetryAfter": {"description": "The seconds after which the request may be sent again.", "schema": {"type": "integer", "minimum": 1}},
    "Replay": {"description": "true where this is the answer of an earlier request with the same Idempotency-Key.", "schema": {"const": "true"}}
    """#

  private static let parameters = #"""
    "IdempotencyKey": {
      "name": "Idempotency-Key", "in": "header", "required": false,
      "description": "A text of your own for this request, such as a UUID. The same request with the same key has the same answer, and is carried out once.",
      "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    }
    """#

  /// The problems of all routes that need a key.
  static let problems = #"""
    "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Problem"},
    "408": {"$ref": "#/components/responses/Problem"}, "429": {"$ref": "#/components/responses/Later"},
    "500": {"$ref": "#/components/responses/Problem"}, "503": {"$ref": "#/components/responses/Later"}
    """#

  /// The problems of a body.
  static let bodyProblems = #"""
    "400": {"$ref": "#/components/responses/Problem"}, "413": {"$ref": "#/components/responses/Problem"},
    "415": {"$ref": "#/components/responses/Problem"}, "422": {"$ref": "#/components/responses/Problem"}, \#(problems)
    """#

  private static let responses = #"""
    "Problem": {"description": "The request is refused.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
    "Unauthorized": {
      "description": "There is no key, or it is not known.",
      "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
      "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    },
    "Later": {
      "description": "The request may be sent again later.",
      "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
      "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    },
    "Accepted": {
      "description": "The notification is taken.",
      "headers": {"Idempotent-Replay": {"$ref": "#/components/headers/Replay"}},
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}
    }
    """#

  private static let paths = #"""
    "/v1/notifications": {"post": {
      "operationId": "send", "summary": "Sends a notification, or a stream of them.",
      "description": "Scope: send. A stream has one envelope a line, at most 10,000; the answer has one line for each, in order, once all of it was read.",
      "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
      "requestBody": {"required": true, "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Envelope"}},
        "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Envelopes"}}
      }},
      "responses": {
        "200": {"description": "The answers to a stream, one a line.", "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Answers"}}}},
        "202": {"$ref": "#/components/responses/Accepted"},
        "409": {"$ref": "#/components/responses/Later"}, \#(bodyProblems)
      }
    }, "get": {
      "operationId": "list", "summary": "Lists the notifications that go by a name.",
      "description": "Scope: read. Texts and patches are there with the scope read:text alone.",
      "parameters": [{"name": "name", "in": "query", "required": true, "schema": {"type": "string", "minLength": 1}}],
      "responses": {
        "200": {"description": "The first event of each, the last first.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Notifications"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/notifications/{apns_id}": {"get": {
      "operationId": "story", "summary": "Returns what happened to a notification.",
      "description": "Scope: read. Texts and patches are there with the scope read:text alone.",
      "parameters": [{"name": "apns_id", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"}}],
      "responses": {
        "200": {"description": "The events in their order.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Story"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/outcomes": {"get": {
      "operationId": "outcomes", "summary": "Returns how notifications ended and what was recalled, behind a cursor.",
      "description": "Scope: read. At most 1,000 of them; next is the cursor for the rest.",
      "parameters": [{"name": "after", "in": "query", "required": false, "schema": {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9]{1,18}$"}}],
      "responses": {
        "200": {"description": "The ends and recalls in their order.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Outcomes"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"},
        "410": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/recalls": {"post": {
      "operationId": "recall", "summary": "Withdraws notifications by their names.",
      "description": "Scope: recall. A name is an id, an apns-id or a collapse id. The answer is the same whether there is such a notification or not; one that comes later is withdrawn as well.",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Recall"}}}},
      "responses": {
        "202": {"description": "The names are withdrawn, whatever happens to the service.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Recalled"}}}},
        \#(bodyProblems)
      }
    }},
    "/v1/test": {"post": {
      "operationId": "test", "summary": "Sends a test push to one device.",
      "description": "Scope: send. The push goes the way of any other. A registered device is named by 'device'.",
      "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TestPush"}}}},
      "responses": {
        "202": {
          "description": "The push is taken.", "headers": {"Idempotent-Replay": {"$ref": "#/components/headers/Replay"}},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AcceptedTest"}}}
        },
        "404": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Later"}, \#(bodyProblems)
      }
    }},
    "/v1/status": {"get": {
      "operationId": "status", "summary": "Returns the state of the service.", "description": "Scope: admin.",
      "responses": {
        "200": {"description": "The state.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}},
        \#(problems)
      }
    }},
    "/v1/reload": {"post": {
      "operationId": "reload", "summary": "Reads the plugins again, and puts them in force where their tests pass.", "description": "Scope: admin.",
      "responses": {
        "200": {"description": "What came of it.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reload"}}}},
        "409": {"$ref": "#/components/responses/Later"}, "422": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/generations": {"get": {
      "operationId": "generations", "summary": "Returns the generations of plugins that are kept.", "description": "Scope: admin.",
      "responses": {
        "200": {"description": "The generations, the highest number last.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Generations"}}}},
        \#(problems)
      }
    }},
    "/v1/generations/{generation}/activate": {"post": {
      "operationId": "activate", "summary": "Puts a generation that is kept in force again.", "description": "Scope: admin.",
      "parameters": [{
        "name": "generation", "in": "path", "required": true, "description": "A number, or previous.",
        "schema": {"oneOf": [{"type": "integer", "minimum": 1, "maximum": 1000000000}, {"const": "previous"}]}
      }],
      "responses": {
        "200": {"description": "What came of it.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reload"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"},
        "409": {"$ref": "#/components/responses/Later"}, "422": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/openapi.json": {"get": {
      "operationId": "description", "summary": "Returns this description.", "security": [],
      "responses": {"200": {"description": "The description.", "content": {"application/json": {"schema": {"type": "object"}}}}}
    }}
    """#
}
