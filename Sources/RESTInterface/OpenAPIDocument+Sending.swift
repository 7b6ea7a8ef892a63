import NotificationModel

extension OpenAPIDocument {
  /// The schemas of what clients send, and of the answers to it.
  static let sending = #"""
    "Envelopes": {
      "description": "A stream, as the array of its lines: each line is one envelope as JSON (NDJSON). Blank lines are skipped.",
      "type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/Envelope"}
    },
    "Envelope": {
      "description": "A notification: who it is for, and what is sent. At most 64 KiB.", "type": "object",
      "required": ["device_token", "payload"], "additionalProperties": false,
      "properties": {
        "device_token": {"$ref": "#/components/schemas/DeviceToken"},
        "id": {"type": ["string", "null"], "maxLength": 255, "description": "Your name of the notification, by which it can be withdrawn."},
        "locale": {
          "description": "The languages of the recipient, with the best first.",
          "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
        },
        "time_zone": {"type": ["string", "null"], "description": "Such as Europe/Rome."},
        "environment": {"enum": ["sandbox", "production", null]},
        "headers": {"oneOf": [{"$ref": "#/components/schemas/Headers"}, {"type": "null"}]},
        "payload": {
          "description": "The payload for APNs: at most 4096 bytes, and 5120 of a push of type voip.",
          "type": "object", "properties": {"aps": {"type": "object"}}
        }
      }
    },
    "DeviceToken": {"type": "string", "pattern": "^([0-9A-Fa-f]{2}){1,256}$"},
    "Topic": {"description": "An app of the key, with or without a suffix of APNs.", "type": ["string", "null"], "pattern": "^[A-Za-z0-9._-]{1,255}$"},
    "Headers": {
      "description": "Headers of APNs. The topic may be left out where the key has one app. A type of push that has a suffix takes the topic of its own; a background push has the priority 5.",
      "type": "object", "additionalProperties": false,
      "properties": {
        "apns-topic": {"$ref": "#/components/schemas/Topic"},
        "apns-id": {"type": ["string", "null"], "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
        "apns-push-type": {"enum": [\#(names(PushType.allCases)), null]},
        "apns-priority": {"enum": ["1", "5", "10", 1, 5, 10, null]},
        "apns-expiration": {"oneOf": [
          {"type": "string", "pattern": "^[0-9]{1,10}$"}, {"type": "integer", "minimum": 0, "maximum": 9999999999}, {"type": "null"}
        ]},
        "apns-collapse-id": {
          "description": "At most 64 bytes of UTF-8, without control characters, and without a space at its ends.", "type": ["string", "number", "null"],
          "pattern": "^([^\\u0000-\\u0020\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f])?)?$",
          "anyOf": [{"maxLength": 16}, {"maxLength": 64, "pattern": "^[ -~]*$"}]
        }
      },
      "anyOf": [\#(types)]
    },
    "Answers": {
      "description": "The answers to a stream, as the array of its lines.", "type": "array", "minItems": 1, "maxItems": 10001,
      "items": {"oneOf": [{"$ref": "#/components/schemas/AcceptedLine"}, {"$ref": "#/components/schemas/RefusedLine"}]}
    },
    "AcceptedLine": {
      "type": "object", "required": ["line", "status", "id", "apns_id", "outcome"], "additionalProperties": false,
      "properties": {"line": {"$ref": "#/components/schemas/LineNumber"}, "status": {"const": 202}, \#(acceptedMembers)}
    },
    "RefusedLine": {
      "description": "RFC 9457, with the number of the line.", "type": "object",
      "required": ["line", "type", "title", "status", "detail"], "additionalProperties": false,
      "properties": {"line": {"$ref": "#/components/schemas/LineNumber"}, \#(problemMembers)}
    },
    "LineNumber": {"description": "The number of the line, from 1; blank lines count.", "type": "integer", "minimum": 1},
    "Accepted": {
      "type": "object", "required": ["id", "apns_id", "outcome"], "additionalProperties": false,
      "properties": {\#(acceptedMembers)}
    },
    "TestPush": {
      "description": "For a device token or for a registered device. The topic is that of an alert: it has no suffix of APNs.",
      "oneOf": [
        {
          "type": "object", "required": ["device_token"], "additionalProperties": false,
          "properties": {
            "device_token": {"$ref": "#/components/schemas/DeviceToken"},
            "topic": {"$ref": "#/components/schemas/Topic", \#(plainTopic)},
            "environment": {"enum": ["sandbox", "production", null]},
            "locale": {"type": ["string", "null"]}, \#(testTexts)
          }
        },
        {
          "type": "object", "required": ["device"], "additionalProperties": false,
          "properties": {
            "device": {\#(name)},
            "application": {"description": "The key of the application; it may be left out where the key reaches one alone.", "type": ["string", "null"], "pattern": "^[a-z0-9-]{1,32}$"},
            \#(testTexts)
          }
        }
      ]
    },
    "AcceptedTest": {
      "description": "For a registered device, the steps on the way to it as well.",
      "type": "object", "required": ["id", "apns_id", "outcome"], "additionalProperties": false,
      "properties": {
        \#(acceptedMembers),
        "device": {\#(name)}, "application": {"type": "string"},
        "steps": {
          "type": "array", "minItems": 1,
          "items": {
            "type": "object", "required": ["step", "text"], "additionalProperties": false,
            "properties": {"step": {"enum": ["registered", "permission", "composed", "accepted", "chain", "apns"]}, "text": {"type": "string", "minLength": 1}}
          }
        }
      }
    }
    """#

  /// The members of a problem.
  static let problemMembers = #"""
    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer", "minimum": 400, "maximum": 599},
    "detail": {"type": "string", "minLength": 1},
    "pointer": {"type": "string", "description": "The place in the body, as RFC 6901 writes it."}
    """#

  private static let testTexts = #"""
    "title": {"type": ["string", "null"], "maxLength": 200}, "body": {"type": ["string", "null"], "maxLength": 200}
    """#

  private static let acceptedMembers = #"""
    "id": {"type": "string", "description": "The name by which it can be withdrawn."},
    "apns_id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
    "outcome": {"enum": ["accepted", "delivered", "dropped", "withdrawn", "repeated"]}
    """#

  // MARK: Types of push

  /// The rules that hold for the type of a push; without one, it follows from the rest.
  private static var types: String {
    let suffixed = PushType.allCases.filter { $0.topicSuffix != nil }
    let plain = PushType.allCases.filter { $0.topicSuffix == nil && $0 != .background }
    let rules =
      [
        #"{"properties": {"apns-push-type": {"type": "null"}}}"#,
        rule(names(plain), #""apns-topic": {\#(plainTopic)}"#),
        rule(
          names([.background]), #""apns-topic": {\#(plainTopic)}, "apns-priority": {"enum": ["5", 5, null]}"#),
      ] + suffixed.map { rule(names([$0]), #""apns-topic": {"pattern": "\#(pattern([$0]))"}"#) }
    return rules.joined(separator: ", ")
  }

  private static func rule(_ names: String, _ properties: String) -> String {
    #"{"required": ["apns-push-type"], "properties": {"apns-push-type": {"enum": [\#(names)]}, \#(properties)}}"#
  }

  /// The keyword of a topic that has no suffix.
  private static var plainTopic: String {
    #""not": {"type": "string", "pattern": "\#(pattern(PushType.allCases))"}"#
  }

  /// Returns a pattern of the topics that have the suffix of one of some types.
  private static func pattern(_ types: [PushType]) -> String {
    let suffixes = types.compactMap(\.topicSuffix).map { "\($0)".replacing(".", with: #"\\."#) }
    return ".(\(suffixes.joined(separator: "|")))$"
  }

  private static func names(_ types: [PushType]) -> String {
    types.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
  }
}
