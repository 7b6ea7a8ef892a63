import NotificationModel
import NotificationViews
import WorkerProtocol

/// The manual page and the definitions for editors, made from what carries the functions out.
package struct Manual {
  private let interface: PluginInterface

  /// Makes the manual of what a worker says that plugins can use.
  package init(_ interface: PluginInterface) { self.interface = interface }

  /// The manual as a page of the documentation.
  package var page: String {
    var text = """
      # What a plugin can use

      The properties of what handlers are called with, and the functions of `notilua` and of `view`.

      ## Overview

      This page is made from the source of the functions by `notilua manual`; every example in it is run as a test.

      ### request

      Read only, but for what the capability `delivery` lets a plugin write where it is granted: a value changes the
      header, and nil takes it out.

      | property | type | |
      |---|---|---|

      """
    for property in interface.request {
      let writable = property.capability.map { " Written with the capability `\($0)`." } ?? ""
      text += "| `\(property.name)` | `\(property.type)` | \(property.summary)\(writable) |\n"
    }
    text += """

      ### content

      Reading shows what the payload says; writing changes it in the smallest way, and nil takes a key out.

      | property | in the payload | |
      |---|---|---|

      """
    for property in ContentProperty.all {
      text += "| `\(property.name)` | `\(Self.place(property))` | \(property.summary) |\n"
    }
    text += """

      ### notification

      What a content extension presents. Read only.

      | property | type | |
      |---|---|---|

      """
    for property in interface.notification {
      text += "| `\(property.name)` | `\(property.type)` | \(property.summary) |\n"
    }
    text += """

      ### response

      What a person chose to do with it. Read only.

      | property | type | |
      |---|---|---|

      """
    for property in interface.response {
      text += "| `\(property.name)` | `\(property.type)` | \(property.summary) |\n"
    }
    text += """

      ### Values

      - `notilua.null` is JSON's null.
      - `notilua.settings` is the same as `request.settings`, and is there when the plugin is loaded: check it then.
      - `notilua.array(t)` marks the table `t`, or a new one, so that it is an array also when it is empty.

      """
    for function in interface.functions { text += "\n" + Self.section(function) }
    return text
  }

  private static func place(_ property: ContentProperty) -> String {
    switch property.place {
    case .aps(let key): "aps.\(key)"
    case .alert(let key): "aps.alert.\(key)"
    case .alertBody: "aps.alert.body"
    case .payload: "the whole"
    case .attachments: "beside it"
    }
  }

  private static func section(_ function: FunctionDescription) -> String {
    let parameters = function.parameters.map(\.name).joined(separator: ", ")
    var text = "### \(function.luaName)(\(parameters))\n\n\(function.summary)\n"
    if !function.discussion.isEmpty { text += "\n\(function.discussion)\n" }
    if let capability = function.capability { text += "\nNeeds the capability `\(capability)`.\n" }
    if !function.parameters.isEmpty || !function.returns.isEmpty { text += "\n" }
    for parameter in function.parameters {
      text += "- `\(parameter.name)` (`\(parameter.type)`): \(parameter.summary)\n"
    }
    for result in function.returns { text += "- returns `\(result.type)`: \(result.summary)\n" }
    if !function.examples.isEmpty {
      text += "\n```lua\n"
      for example in function.examples {
        text +=
          example.result == "nil"
          ? "\(example.expression)\n" : "\(example.expression)  --> \(example.result)\n"
      }
      text += "```\n"
    }
    return text
  }

  /// Definitions in the notation of LuaCATS, for the Lua language server.
  package var editorDefinitions: String {
    var text = """
      ---@meta
      -- Made by 'notilua manual --editor'. What a plugin finds in its environment, for editors.

      ---@class notilua.Request
      -- Read only, but for what a capability lets a plugin write.

      """
    for property in interface.request {
      let writable = property.capability.map { " Written with the capability `\($0)`." } ?? ""
      text += "---@field \(property.name) \(property.type) \(property.summary)\(writable)\n"
    }
    text += "\n---@class notilua.Content\n"
    for property in ContentProperty.all {
      text += "---@field \(property.name) \(Self.editorType(property)) \(property.summary)\n"
    }
    text += """

      ---@class notilua.LocalTime
      ---@field year integer
      ---@field month integer
      ---@field day integer
      ---@field hour integer
      ---@field min integer
      ---@field sec integer
      ---@field wday integer The day of the week; 1 is Sunday.
      ---@field yday integer The day of the year, from 1.
      ---@field isdst boolean
      ---@field offset integer The seconds that the clock is ahead of UTC.
      ---@field abbreviation string Such as "CEST".

      ---@class notilua.PushExtra
      ---@field channel_type? string The kind of channel, such as "PR" or "GRP": `cType`.
      ---@field channel_id? string The channel within a super group, perhaps "": `bId`.
      ---@field sender_id? string The user who sent the message: `fId`.
      ---@field object_name? string The type of the message, such as "RC:TxtMsg": `oName`.
      ---@field target_id? string The conversation: `tId`.
      ---@field recipient_id? string The user who receives it: `rId`.
      ---@field message_id? string The message: `id`.
      ---@field app_data? string The sender's own data: `appData`.
      ---@field recalled_ids string[] The messages that are recalled.

      ---@class notilua.Attachment
      ---@field identifier? string What it is known by.
      ---@field url string The URL of a file.
      ---@field options? table type_hint, thumbnail_hidden, thumbnail_clipping_rect, thumbnail_time.

      ---@class notilua.Sound
      ---@field name? string The sound's file name, or "default".
      ---@field critical? boolean|integer Whether it plays where the device is muted.
      ---@field volume? number 0 to 1, of a critical sound.

      ---@class notilua.Drop

      ---@class notilua.Null

      ---@alias notilua.ResponseOption "do_not_dismiss"|"dismiss"|"dismiss_and_forward_action"

      ---A service extension's handler.
      ---@alias notilua.DidReceive fun(request: notilua.Request, content: notilua.Content): (notilua.Content|notilua.Drop|nil)

      ---What service and content extensions have in common.
      ---@class notilua.AnyPlugin
      ---@field description? string One line for people.
      ---@field match? table<string, string|string[]|boolean>|table<string, string|string[]|boolean>[] Which notifications it is for.
      ---@field capabilities? string[] What it asks the host for.
      ---@field on_fault? "skip"|"original"|"drop"|"halt" What is done on a fault.
      ---@field fresh_state? boolean Whether every notification has a new Lua state.

      ---A service extension: `---@type notilua.Plugin` above its table types the handlers.
      ---@class notilua.Plugin: notilua.AnyPlugin
      ---@field kind? "service"
      ---@field did_receive? notilua.DidReceive
      ---@field time_will_expire? fun(request: notilua.Request, best_attempt: notilua.Content): (notilua.Content|notilua.Drop|nil)

      ---A content extension: `---@type notilua.ContentPlugin` above its table types the handlers.
      ---@class notilua.ContentPlugin: notilua.AnyPlugin
      ---@field kind? "content"
      ---@field categories? string[] What it presents.
      ---@field initial_content_size_ratio? number
      ---@field default_content_hidden? boolean
      ---@field overrides_default_title? boolean
      ---@field user_interaction_enabled? boolean
      ---@field did_receive? fun(notification: notilua.Notification, view: notilua.View)
      ---@field did_receive_response? fun(response: notilua.Response, view: notilua.View): notilua.ResponseOption?
      ---@field media_play? fun(view: notilua.View)
      ---@field media_pause? fun(view: notilua.View)

      ---@class notilua
      notilua = {}

      ---JSON's null.
      ---@type notilua.Null
      notilua.null = {}

      ---The operator's settings for this plugin, read only.
      ---@type table<string, any>
      notilua.settings = {}

      ---Marks a table, so that it is an array also when it is empty.
      ---@param t? table
      ---@return table
      function notilua.array(t) end

      """
    text += "\n---@class notilua.Notification\n-- Read only.\n"
    for property in interface.notification {
      text += "---@field \(property.name) \(property.type) \(property.summary)\n"
    }
    text += "\n---@class notilua.Response\n-- Read only.\n"
    for property in interface.response {
      text += "---@field \(property.name) \(property.type) \(property.summary)\n"
    }
    text += """

      ---@class notilua.View
      local view = {}

      """
    text += Self.testDefinitions
    var groups: Set<String> = []
    for function in interface.functions {
      if !function.name.hasPrefix("view."), let dot = function.name.firstIndex(of: "."),
        groups.insert(String(function.name[..<dot])).inserted
      {
        text += "\n---@class notilua.\(function.name[..<dot])\nnotilua.\(function.name[..<dot]) = {}\n"
      }
      text += "\n---\(function.summary)\n"
      if let capability = function.capability { text += "---Needs the capability `\(capability)`.\n" }
      for parameter in function.parameters {
        let isOptional = parameter.type.hasSuffix("?") && parameter.name != "..."
        let type = isOptional ? String(parameter.type.dropLast()) : parameter.type
        text += "---@param \(parameter.name)\(isOptional ? "?" : "") \(type) \(parameter.summary)\n"
      }
      for result in function.returns {
        text += "---@return \(result.type) \(result.name) \(result.summary)\n"
      }
      text +=
        "function \(function.luaName)(\(function.parameters.map(\.name).joined(separator: ", "))) end\n"
    }
    return text + LuaLibrary.editorDefinitions
  }

  /// The definitions that files of tests have besides; their functions are written in Lua, in the tester.
  private static let testDefinitions = """

    ---@class notilua.Case
    ---@field given table|string The payload, its text, or { file = ... }.
    ---@field request? table headers, locale, time_zone, environment, id, device_token.
    ---@field settings? table
    ---@field now? string|number
    ---@field time_zone? string
    ---@field seed? integer
    ---@field keys? table<string, string>
    ---@field strings? table catalogs, device, locale.
    ---@field plugins? table|string
    ---@field capabilities? (string|table)[]
    ---@field on_fault? "skip"|"original"|"drop"|"halt"
    ---@field limits? table
    ---@field present? table view, response, media, attachments: what a content extension is asked for.
    ---@field may_fault? boolean Whether a fault is no failure.

    ---@class notilua.Test
    ---@field equal fun(got: any, wanted: any, what?: string) Fails where two values differ, tables member by member.
    ---@field ok fun(value: any, what?: string) Fails where the value is nil or false.
    ---@field matches fun(text: string, pattern: string, what?: string) Fails where a text has no match of a Lua pattern.
    ---@field raises fun(run: function, pattern?: string, what?: string) Fails where a function raises no error, or one without a match.
    ---@field fail fun(what?: string) Fails.
    ---@field run fun(case: notilua.Case): table Runs a case, and gives its outcome, with the content's properties in `content`.

    ---A test, in a file NAME_test.lua.
    ---@param name string
    ---@param run fun(t: notilua.Test)
    function test(name, run) end

    """

  private static func editorType(_ property: ContentProperty) -> String {
    switch property.value {
    case .text, .localizable, .event: "string?"
    case .texts: "string[]?"
    case .count, .one, .flag: "integer?"
    case .sound, .alert: "string|notilua.Sound|nil"
    case .level: "\"passive\"|\"active\"|\"time-sensitive\"|\"critical\"|nil"
    case .score, .fraction, .seconds: "number?"
    case .boolean: "boolean?"
    case .payload, .object: "table<string, any>"
    case .attachments: "notilua.Attachment[]"
    }
  }
}
