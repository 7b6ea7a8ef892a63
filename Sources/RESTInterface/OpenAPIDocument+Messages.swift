import Composition
import PushExtras

extension OpenAPIDocument {
  /// The paths of chat messages.
  static let messagePaths = #"""
    "/v1/messages": {"post": {
      "operationId": "sendMessage", "summary": "Sends a chat message to the devices of its recipients, or a stream of messages.",
      "description": "Scope: send. The answer has the decision for each device; it holds whatever happens to the service. The message's id is its key of idempotency: the same message again has the same answer. A stream has one message a line; the answer has one line for each, in order, once all of it was read.",
      "requestBody": {"required": true, "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Message"}},
        "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Messages"}}
      }},
      "responses": {
        "200": {"description": "The answers to a stream, one a line; or the decisions of a dry run.", "content": {
          "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/MessageAnswers"}},
          "application/json": {"schema": {"$ref": "#/components/schemas/Decisions"}}
        }},
        "202": {
          "description": "The message and the decisions on it are kept.",
          "headers": {"Idempotent-Replay": {"$ref": "#/components/headers/Replay"}},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Decisions"}}}
        },
        "404": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"}, \#(bodyProblems)
      }
    }},
    "/v1/messages/{message}": {"get": {
      "operationId": "decisions", "summary": "Returns the decisions on a message as they are now.",
      "description": "Scope: read.",
      "parameters": [
        {"name": "message", "in": "path", "required": true, "schema": {"type": "string", "minLength": 1, "maxLength": \#(MessageReader.nameLimit), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$"}},
        {"name": "application", "in": "query", "required": false, "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"}}
      ],
      "responses": {
        "200": {"description": "The decisions.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Decisions"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }}
    """#

  /// The schemas of chat messages.
  static let messageSchemas = #"""
    "Messages": {
      "description": "A stream, as the array of its lines: each line is one message as JSON (NDJSON). Blank lines are skipped.",
      "type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/Message"}
    },
    "MessageName": {"description": "An identifier without control characters.", "type": "string", "minLength": 1, "maxLength": \#(MessageReader.nameLimit), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$"},
    "MessageText": {"description": "A text, of which a push shows what has room.", "type": ["string", "null"], "maxLength": \#(MessageReader.textLimit)},
    "Message": {
      "description": "A chat message, and the users who receive it.", "type": "object", "additionalProperties": false,
      "required": ["id", "object_name", "channel_type", "from", "recipients"],
      "properties": {
        "dry_run": {"type": ["boolean", "null"], "description": "true decides, and sends and keeps nothing."},
        "application": {"type": ["string", "null"], "pattern": "^[a-z0-9-]{1,32}$", "description": "The key of the application; left out where the key has one."},
        "recipients": {"type": "array", "minItems": 1, "maxItems": \#(MessageRequest.recipientLimit), "items": {"$ref": "#/components/schemas/MessageName"}},
        "id": {"$ref": "#/components/schemas/MessageName"},
        "object_name": {"type": "string", "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "description": "A built-in type, such as RC:TxtMsg, or an app's own of up to 32 characters."},
        "channel_type": {"description": "The kind of the conversation, by its name or its code."},
        "from": {"$ref": "#/components/schemas/MessageName"}, "from_name": {"type": ["string", "null"], "maxLength": \#(MessageReader.nameLimit)},
        "target": {"type": ["string", "null"], "minLength": 1, "maxLength": \#(MessageReader.nameLimit), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "description": "The group; in a conversation of two, the sender."},
        "target_name": {"type": ["string", "null"], "maxLength": \#(MessageReader.nameLimit)},
        "channel": {"type": ["string", "null"], "maxLength": \#(MessageReader.nameLimit), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "description": "The channel within a super group."},
        "text": {"$ref": "#/components/schemas/MessageText"},
        "file_name": {"type": ["string", "null"], "maxLength": \#(MessageReader.nameLimit)},
        "burn_after_reading": {"type": ["boolean", "null"]},
        "mention": {"oneOf": [
          {"type": "object", "required": ["type"], "additionalProperties": false, "properties": {"type": {"const": "all"}, "content": {"$ref": "#/components/schemas/MessageText"}}},
          {"type": "object", "required": ["type", "users"], "additionalProperties": false, "properties": {
            "type": {"const": "users"}, "content": {"$ref": "#/components/schemas/MessageText"},
            "users": {"type": "array", "minItems": 1, "maxItems": \#(MessageReader.mentionLimit), "items": {"$ref": "#/components/schemas/MessageName"}}
          }},
          {"type": "null"}
        ]},
        "recalls": {"type": ["string", "null"], "minLength": 1, "maxLength": \#(MessageReader.nameLimit), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "description": "The message that a message of type RC:RcCmd takes back."},
        "push_content": {"$ref": "#/components/schemas/MessageText"},
        "push_data": {"type": ["string", "null"], "maxLength": \#(MessageReader.dataLimit), "description": "The app's own data; of a recall, a JSON object as text."},
        "push_title": {"$ref": "#/components/schemas/MessageText"},
        "disable_push_title": {"type": ["boolean", "null"]}, "force_show_detail_content": {"type": ["boolean", "null"]},
        "template": {"type": ["string", "null"], "maxLength": \#(MessageReader.nameLimit), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "description": "A key of a catalog named Messages."},
        "template_arguments": {"type": ["array", "null"], "maxItems": \#(MessageReader.argumentLimit), "items": {"type": "string", "maxLength": \#(MessageReader.nameLimit)}},
        "badge": {"oneOf": [{"type": "integer", "minimum": 0, "maximum": \#(MessageReader.badgeLimit)}, {"const": "count"}, {"type": "null"}]}
      },
      "allOf": [
        {"anyOf": [\#(direct), \#(group), \#(superGroup)]},
        {"anyOf": [
          {"properties": {"object_name": {"const": "RC:RcCmd"}, "recalls": {"type": "string"}, "push_data": {"type": "null"}}, "required": ["recalls"]},
          {"properties": {"object_name": {"anyOf": [{"enum": [\#(objectNames)]}, {"not": {"pattern": "^RC:"}, "minLength": 1, "maxLength": \#(MessageType.nameLimit)}]}, "recalls": {"type": "null"}}}
        ]},
        {"anyOf": [
          {"properties": {"template": {"type": "string", "minLength": 1}}, "required": ["template"]},
          {"properties": {"template_arguments": {"type": "null"}}}
        ]}
      ]
    },
    "Decisions": {
      "type": "object", "required": ["id", "application", "counts", "decisions", "reasons", "warnings"], "additionalProperties": false,
      "properties": {\#(decisionMembers)}
    },
    "MessageAnswers": {
      "description": "The answers to a stream, as the array of its lines.", "type": "array", "minItems": 1, "maxItems": 10001,
      "items": {"oneOf": [{"$ref": "#/components/schemas/DecisionsLine"}, {"$ref": "#/components/schemas/RefusedLine"}]}
    },
    "DecisionsLine": {
      "type": "object", "required": ["line", "status", "id", "application", "counts", "decisions", "reasons", "warnings"], "additionalProperties": false,
      "properties": {"line": {"$ref": "#/components/schemas/LineNumber"}, "status": {"enum": [200, 202]}, \#(decisionMembers)}
    },
    "Decision": {
      "description": "The decision for one device of a recipient, or for a recipient without a device.",
      "type": "object", "required": ["user", "decision", "reason"], "additionalProperties": false,
      "properties": {
        "user": {"type": "string"}, "device": {"type": "string"},
        "decision": {"enum": [\#(quoted(Decision.allCases.map(\.rawValue)))]},
        "reason": {"type": "string", "description": "A word, whose sentence is in reasons."},
        "due": {"type": "string", "format": "date-time", "description": "The time at which a scheduled push is made."},
        "apns_id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
      }
    }
    """#

  private static let decisionMembers = #"""
    "id": {"type": "string"}, "application": {"type": "string"},
    "counts": {"type": "object", "description": "The number of devices for each decision.", "additionalProperties": {"type": "integer", "minimum": 1}},
    "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/Decision"}},
    "reasons": {"type": "object", "additionalProperties": {"type": "string"}},
    "warnings": {"type": "array", "items": {
      "type": "object", "required": ["code", "text"], "additionalProperties": false,
      "properties": {"code": {"type": "string"}, "text": {"type": "string"}}
    }}
    """#

  // MARK: Kinds of conversations

  private static let direct = channel(
    ChannelType.known.filter { !$0.isGroup }, #""channel": {"type": "null"}"#)

  private static let group = channel(
    ChannelType.known.filter { $0.isGroup && $0 != .superGroup } + [.chatroom],
    #""channel": {"type": "null"}, "target": {"type": "string"}"#, #", "required": ["target"]"#)

  private static let superGroup = channel(
    [.superGroup], #""target": {"type": "string"}"#, #", "required": ["target"]"#)

  private static func channel(_ types: [ChannelType], _ properties: String, _ more: String = "") -> String {
    let codes = types.compactMap(\.code).map { ", \($0)" }.joined()
    return
      #"{"properties": {"channel_type": {"enum": [\#(quoted(types.map(\.rawValue)))\#(codes)]}, \#(properties)}\#(more)}"#
  }

  private static var objectNames: String {
    quoted(MessageType.builtIn.filter { $0.value != .recall }.map(\.key).sorted())
  }

  private static func quoted(_ texts: [String]) -> String {
    texts.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
