extension OpenAPIDocument {
  /// The schemas of bodies.
  static let schemas = "\(sending), \(others)"

  private static let others = #"""
    "Problem": {
      "description": "RFC 9457.", "type": "object", "required": ["type", "title", "status", "detail"],
      "properties": {
        \#(problemMembers)
      }
    },
    "Event": {
      "description": "What happened to a notification: passed (it came in and went through the chain), accepted, attempted (and will be again), ended, recalled.",
      "type": "object", "required": ["event", "at", "apns_id", "app"],
      "properties": {
        "event": {"enum": ["passed", "accepted", "attempted", "ended", "recalled"]}, "at": {"type": "string", "format": "date-time"},
        "apns_id": {"type": "string"}, "app": {"type": "string"}, "id": {"type": "string"},
        "chain": {"type": "object", "description": "The outcome of the plugins."},
        "message": {"type": "object", "description": "The chat message that it was made for, with the decision and its reason."},
        "generation": {"type": "integer", "minimum": 1, "description": "The number of the plugins that it went through; it begins at 1 with each start of the service."},
        "digest": {"type": "string", "description": "What tells that generation from those of other starts."},
        "outcome": {"enum": ["delivered", "refused", "undelivered", "expired", "withdrawn", "dropped"]},
        "effect": {
          "description": "What a recall did: withdrawn (it does not leave), under_way (APNs has it; its end tells), too_late (it had ended before), replaced or removed (it may have arrived, and a push takes it back).",
          "enum": ["withdrawn", "under_way", "too_late", "replaced", "removed"]
        },
        "name": {"type": "string", "description": "The name by which it was recalled."},
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
        "ids": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": "#/components/schemas/Name"}},
        "topic": {"$ref": "#/components/schemas/Topic", "description": "The app whose notifications are withdrawn; without it all of the key."}
      }
    },
    "Name": {"description": "A name of a notification.", "type": "string", "minLength": 1, "maxLength": 255},
    "Recalled": {
      "type": "object", "required": ["recalled"], "additionalProperties": false,
      "properties": {"recalled": {"type": "array", "items": {"type": "string"}}}
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
