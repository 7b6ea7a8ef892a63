import ClientKeys
import HTTPTypes

/// A route of the HTTP API.
package enum APIRoute: CaseIterable, Sendable {
  case send, list, story, outcomes, recall, test, status, reload, generations, activate, description
  case registerDevice, setToken, device, removeDevice, setBadge, userDevices, removeUser
  case importDevices, exportDevices
  case sendMessage, decisions
  case reportGateway, endGateway, gateways, userPresence
  case setMute, clearMute, mutes, setQuietHours, quietHours, clearQuietHours
  case setGroupLevel, clearGroupLevel, groupLevels

  /// The method.
  package var method: HTTPRequest.Method {
    switch self {
    case .send, .recall, .test, .reload, .activate, .importDevices, .sendMessage: .post
    case .list, .story, .outcomes, .status, .generations, .description: .get
    case .device, .userDevices, .exportDevices, .decisions: .get
    case .registerDevice, .setToken, .setBadge: .put
    case .removeDevice, .removeUser: .delete
    case .gateways, .userPresence, .mutes, .quietHours, .groupLevels: .get
    case .reportGateway, .setMute, .setQuietHours, .setGroupLevel: .put
    case .endGateway, .clearMute, .clearQuietHours, .clearGroupLevel: .delete
    }
  }

  /// The path, with parameters as OpenAPI writes them.
  package var path: String {
    switch self {
    case .send, .list: "/v1/notifications"
    case .story: "/v1/notifications/{apns_id}"
    case .outcomes: "/v1/outcomes"
    case .recall: "/v1/recalls"
    case .test: "/v1/test"
    case .status: "/v1/status"
    case .reload: "/v1/reload"
    case .generations: "/v1/generations"
    case .activate: "/v1/generations/{generation}/activate"
    case .description: "/v1/openapi.json"
    case .registerDevice, .device, .removeDevice: "/v1/devices/{device}"
    case .setToken: "/v1/devices/{device}/token"
    case .setBadge: "/v1/devices/{device}/badge"
    case .importDevices: "/v1/devices/import"
    case .exportDevices: "/v1/devices/export"
    case .userDevices: "/v1/users/{user}/devices"
    case .removeUser: "/v1/users/{user}"
    case .sendMessage: "/v1/messages"
    case .decisions: "/v1/messages/{message}"
    case .reportGateway, .endGateway: "/v1/gateways/{gateway}"
    case .gateways: "/v1/gateways"
    case .userPresence: "/v1/users/{user}/presence"
    case .setMute, .clearMute, .mutes: "/v1/users/{user}/mutes"
    case .setQuietHours, .quietHours, .clearQuietHours: "/v1/users/{user}/quiet-hours"
    case .setGroupLevel, .clearGroupLevel, .groupLevels: "/v1/groups/{group}/level"
    }
  }

  /// The scope that a key needs; nil for a route that needs no key.
  package var scope: APIScope? {
    switch self {
    case .send, .test, .sendMessage: .send
    case .recall: .recall
    case .list, .story, .outcomes, .decisions: .read
    case .status, .reload, .generations, .activate: .admin
    case .description: nil
    case .registerDevice, .setToken, .device, .removeDevice, .setBadge: .devices
    case .userDevices, .removeUser: .devices
    case .importDevices, .exportDevices: .admin
    case .reportGateway, .endGateway, .gateways, .userPresence: .presence
    case .setMute, .clearMute, .mutes, .setQuietHours, .quietHours, .clearQuietHours: .devices
    case .setGroupLevel, .clearGroupLevel, .groupLevels: .devices
    }
  }

  /// The path as the router reads it.
  var routerPath: String { path.replacing("{", with: ":").replacing("}", with: "") }
}
