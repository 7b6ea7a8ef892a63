import Registry

extension OpenAPIDocument {
  /// A name of a user or a device.
  static let name =
    #""type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]+$""#
  /// A name of these that may be left out.
  static let nullableName =
    #""type": ["string", "null"], "minLength": 1, "maxLength": 255, "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]+$""#
  /// A key of an application.
  static let application = #""type": "string", "pattern": "^[a-z0-9-]{1,32}$""#
  /// A key of an application in a body, which may be left out.
  static let nullableApplication = #""type": ["string", "null"], "pattern": "^[a-z0-9-]{1,32}$""#

  /// The parameters of the routes of devices.
  static let deviceParameters = #"""
    "Device": {"name": "device", "in": "path", "required": true, "description": "Your own name of the device. 'import' and 'export' are routes.", "schema": {\#(name)}},
    "User": {"name": "user", "in": "path", "required": true, "schema": {\#(name)}},
    "Application": {
      "name": "application", "in": "query", "required": false,
      "description": "The key of the application; it may be left out where the key reaches one alone.", "schema": {\#(application)}
    }
    """#

  /// The answers of a route that is for one device.
  private static let ofDevice = #"""
    "200": {"description": "The device.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Device"}}}},
    "404": {"$ref": "#/components/responses/Problem"}
    """#

  /// The routes of devices.
  static let devicePaths = #"""
    "/v1/devices/{device}": {"put": {
      "operationId": "registerDevice", "summary": "Registers a device of a user.",
      "description": "Scope: devices. The request is the whole registration: what is left out has its default, but for badge. A device, and a token, is one registration's: another user's ends, and what is queued for it is withdrawn.",
      "parameters": [{"$ref": "#/components/parameters/Device"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Registration"}}}},
      "responses": {
        \#(ofDevice),
        "201": {"description": "The device, whose registration is new.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Device"}}}},
        \#(bodyProblems)
      }
    }, "get": {
      "operationId": "device", "summary": "Returns a device.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/Device"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {\#(ofDevice), "400": {"$ref": "#/components/responses/Problem"}, \#(problems)}
    }, "delete": {
      "operationId": "removeDevice", "summary": "Removes a device, and withdraws what is queued for it.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/Device"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "204": {"description": "The device is removed."}, "404": {"$ref": "#/components/responses/Problem"},
        "400": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/devices/{device}/token": {"put": {
      "operationId": "setToken", "summary": "Gives a device another token, whose bytes are the body.",
      "description": "Scope: devices. All else of the registration stays.",
      "parameters": [{"$ref": "#/components/parameters/Device"}, {"$ref": "#/components/parameters/Application"}],
      "requestBody": {"required": true, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1, "maxLength": 256}}}},
      "responses": {\#(ofDevice), \#(bodyProblems)}
    }},
    "/v1/devices/{device}/badge": {"put": {
      "operationId": "setBadge", "summary": "Sets the number on the app's icon from which badges are counted.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/Device"}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Badge"}}}},
      "responses": {\#(ofDevice), \#(bodyProblems)}
    }},
    "/v1/devices/import": {"post": {
      "operationId": "importDevices", "summary": "Imports devices, one a line.",
      "description": "Scope: admin. At most 10,000 lines. A device, or a token, that has registered here since is kept as it is.",
      "requestBody": {"required": true, "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/ImportedDevices"}}}},
      "responses": {
        "200": {"description": "The answers, one a line.", "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/ImportAnswers"}}}},
        "404": {"$ref": "#/components/responses/Problem"}, \#(bodyProblems)
      }
    }},
    "/v1/devices/export": {"get": {
      "operationId": "exportDevices", "summary": "Returns all devices with their tokens, one a line, as an import takes them.", "description": "Scope: admin.",
      "parameters": [{"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The devices.", "content": {"application/x-ndjson": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/ExportedDevice"}}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/users/{user}/devices": {"get": {
      "operationId": "userDevices", "summary": "Returns the devices of a user.", "description": "Scope: devices.",
      "parameters": [{"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The devices, the first registered first.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserDevices"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }},
    "/v1/users/{user}": {"delete": {
      "operationId": "removeUser", "summary": "Deletes all that is kept of a user.",
      "description": "Scope: devices. Devices, what is queued for them, decisions, presence, levels and quiet hours; the answer is the same for a user who has none.",
      "parameters": [{"$ref": "#/components/parameters/User"}, {"$ref": "#/components/parameters/Application"}],
      "responses": {
        "200": {"description": "The number of devices that were removed.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RemovedUser"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, \#(problems)
      }
    }}
    """#

  /// The members that a registration and a line of an import have.
  private static let registration = #"""
    "application": {\#(nullableApplication), "description": "The key of the application; it may be left out where the key reaches one alone."},
    "user": {\#(name)},
    "token": {
      "description": "The bytes of the device token as hexadecimal digits, or else as base64 in either alphabet.",
      "anyOf": [
        {"type": "string", "pattern": "^([0-9A-Fa-f]{2}){1,256}$"},
        {"type": "string", "minLength": 2, "maxLength": 340, "pattern": "^([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-]{2}(==)?|[A-Za-z0-9+/_-]{3}=?)?$"}
      ]
    },
    "locales": {"type": ["array", "null"], "maxItems": \#(DeviceReader.localeLimit), "description": "The user's languages, the best first.", "items": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}},
    "time_zone": {"type": ["string", "null"], "pattern": "^[A-Za-z0-9_+/-]{1,64}$", "description": "Such as Europe/Rome."},
    "permission": {
      "description": "What the user has permitted; all of it where it is left out.",
      "oneOf": [
        {"type": "null"},
        {
          "type": "object", "required": ["state"], "additionalProperties": false,
          "properties": {"state": {"enum": ["granted", "provisional"]}, "parts": {"type": ["array", "null"], "items": {"enum": ["alert", "badge", "sound"]}}}
        },
        {
          "type": "object", "required": ["state"], "additionalProperties": false,
          "properties": {"state": {"enum": ["not_asked", "denied"]}, "parts": {"type": ["array", "null"], "maxItems": 0}}
        }
      ]
    },
    "hides_details": {"type": ["boolean", "null"], "description": "true where pushes must not show what a message says, nor who sent it."},
    "badge": {"type": ["integer", "null"], "minimum": 0, "maximum": \#(DeviceStore.badgeLimit), "description": "The number on the app's icon; the one that was counted where it is left out."}
    """#

  /// The schemas of the routes of devices.
  static let deviceSchemas = #"""
    "Registration": {"type": "object", "required": ["user", "token"], "additionalProperties": false, "properties": {\#(registration)}},
    "Badge": {
      "type": "object", "required": ["badge"], "additionalProperties": false,
      "properties": {"badge": {"type": "integer", "minimum": 0, "maximum": \#(DeviceStore.badgeLimit)}, "application": {\#(nullableApplication)}}
    },
    "Permission": {
      "type": "object", "required": ["state"], "additionalProperties": false,
      "properties": {"state": {"enum": ["not_asked", "denied", "granted", "provisional"]}, "parts": {"type": "array", "items": {"enum": ["alert", "badge", "sound"]}}}
    },
    "Device": {
      "type": "object", "required": ["device", "application", "user", "number", "token_name", "environment", "locales", "permission", "hides_details", "badge", "registered_at", "state"],
      "additionalProperties": false,
      "properties": {
        "device": {"type": "string"}, "application": {"type": "string"}, "user": {"type": "string"},
        "number": {"type": "integer", "minimum": 1, "description": "The number of the registration, never given again: its pushes go by the name device:NUMBER."},
        "token_name": {"type": "string", "description": "What stands for the device token, which no answer has: device in outcomes."},
        "environment": {"enum": ["sandbox", "production"]},
        "locales": {"type": "array", "items": {"type": "string"}}, "time_zone": {"type": "string"},
        "permission": {"$ref": "#/components/schemas/Permission"}, "hides_details": {"type": "boolean"}, "badge": {"type": "integer", "minimum": 0},
        "registered_at": {"type": "string", "format": "date-time"},
        "state": {"enum": ["active", "suspended", "logged_out"], "description": "suspended: APNs refuses the token (reason), until the device registers again."},
        "since": {"type": "string", "format": "date-time"}, "reason": {"enum": ["BadDeviceToken", "DeviceTokenNotForTopic"]}
      }
    },
    "UserDevices": {
      "type": "object", "required": ["user", "application", "devices"], "additionalProperties": false,
      "properties": {"user": {"type": "string"}, "application": {"type": "string"}, "devices": {"type": "array", "items": {"$ref": "#/components/schemas/Device"}}}
    },
    "RemovedUser": {
      "type": "object", "required": ["user", "application", "devices"], "additionalProperties": false,
      "properties": {"user": {"type": "string"}, "application": {"type": "string"}, "devices": {"type": "integer", "minimum": 0}}
    },
    "ImportedDevice": {
      "type": "object", "required": ["device", "user", "token"], "additionalProperties": false,
      "properties": {
        "device": {\#(name)}, \#(registration),
        "registered_at": {"type": ["string", "null"], "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$", "description": "Now where it is left out."},
        "state": {"enum": ["active", "suspended", "logged_out", null]}
      }
    },
    "ExportedDevice": {
      "description": "Each is a line that an import takes.", "type": "object", "required": ["device", "application", "user", "token", "registered_at", "state"],
      "properties": {"registered_at": {"type": "string", "format": "date-time"}, "token": {"type": "string", "pattern": "^([0-9a-f]{2}){1,256}$"}}
    },
    "ImportedDevices": {"type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/ImportedDevice"}},
    "ImportAnswers": {"type": "array", "items": {"type": "object", "required": ["line", "status"], "properties": {
      "line": {"type": "integer", "minimum": 1}, "status": {"type": "integer"}, "device": {"type": "string"},
      "result": {"enum": ["created", "updated", "kept"]}, "detail": {"type": "string"}, "pointer": {"type": "string"}
    }}}
    """#
}
