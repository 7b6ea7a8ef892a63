import Applications
import PushExtras

extension OpenAPIDocument {
  private static let types = ChannelType.known.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
  private static let levels = NotificationLevel.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

  /// The parameters of the routes of levels.
  static let muteParameters = #"""
    "Group": {"name": "group", "in": "path", "required": true, "description": "The id of the super group.", "schema": {\#(name)}},
    "ChannelType": {"name": "channel_type", "in": "query", "required": true, "schema": {"enum": [\#(types)]}},
    "Target": {"name": "target", "in": "query", "required": false, "description": "The user or the group; all conversations of the type where it is left out.", "schema": {\#(name)}},
    "Channel": {"name": "channel", "in": "query", "required": false, "description": "The channel of the super group.", "schema": {\#(name)}}
    """#

  /// The routes of levels and quiet hours.
  static let mutePaths = #"""
    "/v1/users/{user}/mutes": {"put": {
      "operationId": "setMute", "summary": "Sets the messages of a conversation, or of all of a type, that a user is notified of.",
      "description": "Scope: devices. Quiet hours come first, then the channel of a super group, the conversation, the type, the defaults of the super group, and the application: the first that is set decides.",
      "parameters": [{"$ref": "#/components/parameters/User"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Mute"}}}},
      "responses": {
        "200": {"description": "The level that is set.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserMute"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(bodyProblems)
      }
    }, "delete": {
      "operationId": "clearMute", "summary": "Removes a level that a user has set.", "description": "Scope: devices.",
      "parameters": [
        {"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/ChannelType"}, {"$ref": "#/components/parameters/Target"},
        {"$ref": "#/components/parameters/Channel"}, {"$ref": "#/components/parameters/Application"}
      ],
      "responses": {
        "204": {"description": "It is removed."}, "404": {"$ref": "#/components/responses/Problem"},
        "400": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }, "get": {
      "operationId": "mutes", "summary": "Returns the levels that a user has set.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The levels.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserMutes"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/users/{user}/quiet-hours": {"put": {
      "operationId": "setQuietHours", "summary": "Sets the hours of each day in which a user is not notified.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/User"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/QuietHours"}}}},
      "responses": {
        "200": {"description": "The hours that are set.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserQuietHours"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(bodyProblems)
      }
    }, "delete": {
      "operationId": "clearQuietHours", "summary": "Removes a user's quiet hours.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "204": {"description": "They are removed."}, "404": {"$ref": "#/components/responses/Problem"},
        "400": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }, "get": {
      "operationId": "quietHours", "summary": "Returns a user's quiet hours.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The hours.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserQuietHours"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/groups/{group}/level": {"put": {
      "operationId": "setGroupLevel", "summary": "Sets the level of a super group, or of a channel of it, for members who have set none.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/Group"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/GroupLevel"}}}},
      "responses": {
        "200": {"description": "The level that is set.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SetGroupLevel"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(bodyProblems)
      }
    }, "delete": {
      "operationId": "clearGroupLevel", "summary": "Removes the level of a super group, or of a channel of it.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/Group"}, {"$ref": "#/components/parameters/Channel"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "204": {"description": "It is removed."}, "404": {"$ref": "#/components/responses/Problem"},
        "400": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }, "get": {
      "operationId": "groupLevels", "summary": "Returns the levels of a super group and its channels.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/Group"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The levels.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/GroupLevels"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }}
    """#

  private static let applicationMember = #"""
    "application": {\#(nullableApplication), "description": "The key of the application; it may be left out where the key reaches one alone."}
    """#

  private static let level = #"""
    "level": {"enum": [\#(levels)], "description": "all; mentions (of the recipient or of all); mentions_of_me; mentions_of_all; none."}
    """#

  private static let clock = #"{"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}"#

  private static let hours = #"""
    "start": {"type": "string", "description": "HH:MM."}, "end": {"type": "string", "description": "HH:MM; before start where the hours pass midnight."},
    "time_zone": {"type": "string"}, "level": {"enum": ["mentions", "mentions_of_me", "mentions_of_all", "none"]}
    """#

  /// The schemas of the routes of levels and quiet hours.
  static let muteSchemas = #"""
    "Mute": {
      "type": "object", "required": ["channel_type", "level"], "additionalProperties": false,
      "properties": {
        "channel_type": {"enum": [\#(types)]}, "target": {\#(nullableName), "description": "The user or the group; all conversations of the type where it is left out."},
        "channel": {\#(nullableName), "description": "The channel of a super group."}, \#(level), \#(applicationMember)
      },
      "anyOf": [
        {"properties": {"channel": {"type": "null"}}},
        {"required": ["target", "channel"], "properties": {"channel_type": {"const": "UG"}, "target": {"type": "string"}}}
      ]
    },
    "UserMute": {
      "type": "object", "required": ["user", "application", "channel_type", "level"], "additionalProperties": false,
      "properties": {"user": {"type": "string"}, "application": {"type": "string"}, "channel_type": {"enum": [\#(types)]}, "target": {"type": "string"}, "channel": {"type": "string"}, \#(level)}
    },
    "UserMutes": {
      "type": "object", "required": ["user", "application", "mutes"], "additionalProperties": false,
      "properties": {"user": {"type": "string"}, "application": {"type": "string"}, "mutes": {"type": "array", "items": {
        "type": "object", "required": ["channel_type", "level"], "additionalProperties": false,
        "properties": {"channel_type": {"enum": [\#(types)]}, "target": {"type": "string"}, "channel": {"type": "string"}, \#(level)}
      }}}
    },
    "QuietHours": {
      "type": "object", "required": ["start", "end"], "additionalProperties": false,
      "properties": {
        "start": \#(clock), "end": \#(clock),
        "time_zone": {"type": ["string", "null"], "description": "A name such as Europe/Rome; the device's zone where it is left out, and UTC where that is not known."},
        "level": {"enum": ["mentions", "mentions_of_me", "mentions_of_all", "none", null], "description": "The messages that notify all the same; none where it is left out."},
        \#(applicationMember)
      }
    },
    "UserQuietHours": {
      "type": "object", "required": ["user", "application", "start", "end", "level"], "additionalProperties": false,
      "properties": {"user": {"type": "string"}, "application": {"type": "string"}, \#(hours)}
    },
    "GroupLevel": {
      "type": "object", "required": ["level"], "additionalProperties": false,
      "properties": {"channel": {\#(nullableName), "description": "The channel; the whole group where it is left out."}, \#(level), \#(applicationMember)}
    },
    "SetGroupLevel": {
      "type": "object", "required": ["group", "application", "level"], "additionalProperties": false,
      "properties": {"group": {"type": "string"}, "application": {"type": "string"}, "channel": {"type": "string"}, \#(level)}
    },
    "GroupLevels": {
      "type": "object", "required": ["group", "application", "levels"], "additionalProperties": false,
      "properties": {"group": {"type": "string"}, "application": {"type": "string"}, "levels": {"type": "array", "items": {
        "type": "object", "required": ["level"], "additionalProperties": false, "properties": {"channel": {"type": "string"}, \#(level)}
      }}}
    }
    """#
}
