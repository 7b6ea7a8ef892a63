extension OpenAPIDocument {
  /// The schemas of bodies.
  static let schemas = #"""
    "Problem": {
      "description": "RFC 9457.", "type": "object", "required": ["type", "title", "status", "detail"],
      "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "minLength": 1},
        "pointer": {"type": "string", "description": "The place in the body, as RFC 6901 writes it."}
      }
    },
    "Envelope": {
      "description": "A notification: who it is for, and what is sent.", "type": "object",
      "required": ["device_token", "payload"], "additionalProperties": false,
      "properties": {
        "device_token": {"$ref": "#/components/schemas/DeviceToken"},
        "id": {"type": ["string", "null"], "description": "Your name of the notification, by which it can be withdrawn."},
        "locale": {
          "description": "The languages of the recipient, with the best first.",
          "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
        },
        "time_zone": {"type": ["string", "null"], "description": "Such as Europe/Rome."},
        "environment": {"enum": ["sandbox", "production", null]},
        "headers": {"oneOf": [{"$ref": "#/components/schemas/Headers"}, {"type": "null"}]},
        "payload": {"type": "object", "properties": {"aps": {"type": "object"}}}
      }
    },
    "DeviceToken": {"type": "string", "pattern": "^([0-9A-Fa-f]{2}){1,256}$"},
    "Headers": {
      "description": "Headers of APNs. The topic may be left out where the key has one app.",
      "type": "object", "additionalProperties": false,
      "properties": {
        "apns-topic": {"type": ["string", "null"], "pattern": "^[A-Za-z0-9._-]{1,255}$"},
        "apns-id": {"type": ["string", "null"], "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
        "apns-push-type": {"enum": [
          "alert", "background", "complication", "controls", "fileprovider", "liveactivity", "location", "mdm", "pushtotalk",
          "voip", "widgets", null
        ]},
        "apns-priority": {"enum": ["1", "5", "10", 1, 5, 10, null]},
        "apns-expiration": {"oneOf": [
          {"type": "string", "pattern": "^[0-9]{1,10}$"}, {"type": "integer", "minimum": 0, "maximum": 9999999999}, {"type": "null"}
        ]},
        "apns-collapse-id": {"type": ["string", "null"], "maxLength": 64, "description": "At most 64 bytes."}
      }
    },
    "Accepted": {
      "type": "object", "required": ["id", "apns_id", "outcome"], "additionalProperties": false,
      "properties": {
        "id": {"type": "string", "description": "The name by which it can be withdrawn."},
        "apns_id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "outcome": {"enum": ["accepted", "delivered", "dropped", "withdrawn", "repeated"]}
      }
    },
    "Event": {
      "description": "What happened to a notification: passed (it came in and went through the chain), accepted, attempted (and will be again), ended.",
      "type": "object", "required": ["event", "at", "apns_id", "app"],
      "properties": {
        "event": {"enum": ["passed", "accepted", "attempted", "ended"]}, "at": {"type": "string", "format": "date-time"},
        "apns_id": {"type": "string"}, "app": {"type": "string"}, "id": {"type": "string"},
        "chain": {"type": "object", "description": "The outcome of the plugins."},
        "outcome": {"enum": ["delivered", "refused", "undelivered", "expired", "withdrawn", "dropped"]},
        "attempts": {"type": "integer"}, "status": {"type": "integer"}, "reason": {"type": "string"}
      }
    },
    "Story": {
      "type": "object", "required": ["apns_id", "events"], "additionalProperties": false,
      "properties": {"apns_id": {"type": "string"}, "events": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Event"}}}
    },
    "Notifications": {
      "type": "object", "required": ["notifications"], "additionalProperties": false,
      "properties": {"notifications": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}}
    },
    "Outcomes": {
      "type": "object", "required": ["outcomes", "next"], "additionalProperties": false,
      "properties": {"outcomes": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}, "next": {"type": "string"}}
    },
    "Reload": {
      "type": "object", "required": ["result", "generation", "digest", "plugins", "cases", "milliseconds"], "additionalProperties": false,
      "properties": {
        "result": {"enum": ["activated", "unchanged", "rolled_back"]}, "generation": {"type": "integer", "minimum": 1},
        "digest": {"type": "string"}, "plugins": {"type": "array", "items": {"type": "string"}},
        "cases": {"type": "integer", "minimum": 0}, "milliseconds": {"type": "integer", "minimum": 0}
      }
    },
    "Generations": {
      "type": "object", "required": ["generations"], "additionalProperties": false,
      "properties": {"generations": {"type": "array", "items": {
        "type": "object", "required": ["generation", "in_force", "since", "digest", "plugins"], "additionalProperties": false,
        "properties": {
          "generation": {"type": "integer", "minimum": 1}, "in_force": {"type": "boolean"}, "since": {"type": "string", "format": "date-time"},
          "digest": {"type": "string"}, "plugins": {"type": "array", "items": {"type": "string"}}
        }
      }}}
    },
    "Recall": {
      "type": "object", "required": ["ids"], "additionalProperties": false,
      "properties": {
        "ids": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"type": "string", "minLength": 1, "maxLength": 255}},
        "topic": {"type": ["string", "null"], "description": "The app whose notifications are withdrawn; without it all of the key."}
      }
    },
    "Recalled": {
      "type": "object", "required": ["recalled"], "additionalProperties": false,
      "properties": {"recalled": {"type": "array", "items": {"type": "string"}}}
    },
    "TestPush": {
      "type": "object", "required": ["device_token"], "additionalProperties": false,
      "properties": {
        "device_token": {"$ref": "#/components/schemas/DeviceToken"},
        "topic": {"type": ["string", "null"], "pattern": "^[A-Za-z0-9._-]{1,255}$"},
        "environment": {"enum": ["sandbox", "production", null]},
        "title": {"type": ["string", "null"], "maxLength": 200}, "body": {"type": ["string", "null"], "maxLength": 200},
        "locale": {"type": ["string", "null"]}
      }
    },
    "Status": {
      "type": "object", "required": ["state", "version", "waiting"],
      "properties": {
        "state": {"enum": ["starting", "running", "draining", "drained", "stopping"]}, "version": {"type": "string"},
        "waiting": {"type": "integer", "minimum": 0}
      }
    }
    """#
}
