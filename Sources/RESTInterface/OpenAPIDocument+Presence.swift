import Presence

extension OpenAPIDocument {
  /// The parameters of the routes of presence.
  static let presenceParameters = #"""
    "Gateway": {"name": "gateway", "in": "path", "required": true, "description": "The name that the chat server gives itself, the same after a restart.", "schema": {\#(name)}}
    """#

  /// The routes of presence.
  static let presencePaths = #"""
    "/v1/gateways/{gateway}": {"put": {
      "operationId": "reportGateway", "summary": "Reports changes of the connections that a chat server holds, and that it lives.",
      "description": "Scope: presence. Connections hold for the lease; a report without changes renews it. Where the session of the answer is another one than before, send all connections again: they are not known. What is scheduled for a user who is connected again is withdrawn before the answer.",
      "parameters": [{"$ref": "#/components/parameters/Gateway"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayReport"}}}},
      "responses": {
        "200": {"description": "All of the report holds.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayAnswer"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(bodyProblems)
      }
    }, "delete": {
      "operationId": "endGateway", "summary": "Ends all connections of a chat server that stops.", "description": "Scope: presence.",
      "parameters": [{"$ref": "#/components/parameters/Gateway"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "204": {"description": "They have ended."}, "404": {"$ref": "#/components/responses/Problem"},
        "400": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/gateways": {"get": {
      "operationId": "gateways", "summary": "Returns the chat servers whose lease holds.", "description": "Scope: presence. Without an application, those of all that the key reaches.",
      "parameters": [{"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The chat servers by name.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Gateways"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/users/{user}/presence": {"get": {
      "operationId": "userPresence", "summary": "Returns where a user is connected.",
      "description": "Scope: presence. A device without connection is there for 10 minutes.",
      "parameters": [{"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The devices that are known.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserPresence"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }}
    """#

  private static let states = PresenceState.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

  private static let time = #"""
    {"oneOf": [
      {"type": "null"}, {"type": "integer", "minimum": 0, "maximum": 253402300799999},
      {"type": "string", "pattern": "^2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$"}
    ], "description": "The time of the change, as 2026-01-31T12:00:00.000Z or as milliseconds since 1970; leave it out where the clocks differ."}
    """#

  /// The schemas of the routes of presence.
  static let presenceSchemas = #"""
    "GatewayReport": {
      "type": "object", "additionalProperties": false,
      "properties": {
        "application": {\#(nullableApplication), "description": "The key of the application; it may be left out where the key reaches one alone."},
        "lease": {"type": ["integer", "null"], "minimum": 1, "maximum": 600, "description": "The seconds for which the connections hold without another report, up to presence.lease; 60 where it is left out."},
        "changes": {"type": ["array", "null"], "maxItems": \#(GatewayReader.changeLimit), "items": {"$ref": "#/components/schemas/PresenceChange"}}
      }
    },
    "PresenceChange": {
      "description": "A state, or messages that were seen, or both.", "type": "object", "required": ["user", "device"], "additionalProperties": false,
      "anyOf": [
        {"required": ["state"], "properties": {"state": {"enum": [\#(states)]}}},
        {"required": ["seen"], "properties": {"seen": {"type": "array", "minItems": 1}}}
      ],
      "properties": {
        "user": {\#(name)}, "device": {\#(name)},
        "state": {"enum": [\#(states), null]},
        "at": \#(time),
        "connection": {\#(nullableName), "description": "Your own name of the connection: the end of another one is ignored."},
        "seen": {"type": ["array", "null"], "maxItems": \#(GatewayReader.seenLimit), "items": {"$ref": "#/components/schemas/Name"}, "description": "The ids of messages that the user has seen on the device."}
      }
    },
    "GatewayAnswer": {
      "type": "object", "required": ["gateway", "application", "session", "lease_until", "connections", "ignored"], "additionalProperties": false,
      "properties": {
        "gateway": {"type": "string"}, "application": {"type": "string"},
        "session": {"type": "string", "description": "Another one than before means that the connections are not known."},
        "lease_until": {"type": "string", "format": "date-time"}, "connections": {"type": "integer", "minimum": 0},
        "ignored": {"type": "integer", "minimum": 0, "description": "The number of changes that came too late to hold."}
      }
    },
    "Gateways": {
      "type": "object", "required": ["gateways"], "additionalProperties": false,
      "properties": {"gateways": {"type": "array", "items": {
        "type": "object", "required": ["gateway", "application", "session", "lease_until", "connected", "background"], "additionalProperties": false,
        "properties": {
          "gateway": {"type": "string"}, "application": {"type": "string"}, "session": {"type": "string"}, "lease_until": {"type": "string", "format": "date-time"},
          "connected": {"type": "integer", "minimum": 0}, "background": {"type": "integer", "minimum": 0}
        }
      }}}
    },
    "UserPresence": {
      "type": "object", "required": ["user", "application", "devices"], "additionalProperties": false,
      "properties": {"user": {"type": "string"}, "application": {"type": "string"}, "devices": {"type": "array", "items": {
        "type": "object", "required": ["device", "state", "since"], "additionalProperties": false,
        "properties": {"device": {"type": "string"}, "state": {"enum": [\#(states)]}, "since": {"type": "string", "format": "date-time"}, "gateway": {"type": "string"}}
      }}}
    }
    """#
}
