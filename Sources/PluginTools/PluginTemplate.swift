import ExtensionHost
import Foundation
import PluginRuntime

/// The plugins that `notilua new` begins with.
package enum PluginTemplate: String, CaseIterable, Sendable {
  case blank
  case rewrite
  case recall
  case localize
  case decrypt
  case content

  /// One line for the help page.
  package var summary: String {
    switch self {
    case .blank: "runs on alerts and changes nothing"
    case .rewrite: "rewrites the alert's text, with a setting and a module of its own"
    case .recall: "drops a push that recalls a message, and withdraws the message"
    case .localize: "writes the text in the recipient's language"
    case .decrypt: "opens a sealed text with a key of the operator's"
    case .content: "presents the notifications of a category"
    }
  }

  /// The files of a plugin, by their path in its folder.
  package func files(name: String) -> [(path: String, text: String)] {
    switch self {
    case .blank: Self.blank(name)
    case .rewrite: Self.rewrite(name)
    case .recall: Self.recall(name)
    case .localize: Self.localize(name)
    case .decrypt: Self.decrypt(name)
    case .content: Self.content(name)
    }
  }

  /// The settings of language servers, which find the definitions beside the plugins.
  ///
  /// The definitions have what the sandbox has of Lua's library, so LuaLS's own is turned off; emmylua_ls has a flag for that. With
  /// `arrayIndex`, emmylua_ls would want every element of a list checked for nil.
  package static func editorSettings(pluginFolder: String) -> String {
    """
    {
      "runtime.version": "Lua 5.4",
      "workspace.library": ["\(pluginFolder)/.editor"],
      "strict.arrayIndex": false,
      "runtime.builtin": {
        "basic": "disable", "coroutine": "disable", "debug": "disable", "io": "disable", "math": "disable",
        "os": "disable", "package": "disable", "string": "disable", "table": "disable", "utf8": "disable"
      }
    }

    """
  }

  /// Writes the files of a new plugin and what editors want; gives the paths of those that were written.
  ///
  /// What editors want is left as it is where it is there.
  package func write(name: String, in folder: String, editorDefinitions: String) throws(HostError) -> [String]
  {
    guard name.wholeMatch(of: /[a-z0-9][a-z0-9-]*/) != nil else {
      throw HostError(
        .usage, "'\(name)' is no name for a plugin; use small letters, digits and dashes, as in mask-digits")
    }
    guard name != "lib", name.count <= 60 else {
      let cause =
        name == "lib"
        ? "lib holds the modules of all plugins" : "it has \(name.count) letters, and 60 are the most"
      throw HostError(.usage, "'\(name)' is no name for a plugin: \(cause); choose another")
    }
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let plugin = "\(folder)/\(name)"
    guard !FileManager.default.fileExists(atPath: plugin),
      !FileManager.default.fileExists(atPath: plugin + ".lua")
    else { throw HostError(.usage, "'\(plugin)' is there already; choose another name, or remove it") }
    var written: [String] = []
    for (path, text) in files(name: name) {
      // The pages name the plugin where it usually is.
      try writeText(text.replacing("plugins/\(name)", with: plugin), to: "\(plugin)/\(path)")
      written.append("\(plugin)/\(path)")
    }
    let editorFiles = [
      ("\(folder)/.editor/notilua.lua", editorDefinitions),
      // Where editors find what `require "settings"` gives.
      ("\(folder)/.editor/settings.lua", SettingsModule.source),
      (".luarc.json", Self.editorSettings(pluginFolder: folder)),
    ]
    for (path, text) in editorFiles where !FileManager.default.fileExists(atPath: path) {
      try writeText(text, to: path)
      written.append(path)
    }
    return written
  }

  // MARK: Templates

  /// The README of a template, whose commands run as they are written.
  private static func readme(
    _ name: String, _ what: String, _ more: String = "", before: [String] = [], command: String = "explain",
    after: [String] = []
  ) -> (path: String, text: String) {
    let commands =
      before + ["notilua \(command) --plugin plugins/\(name) plugins/\(name)/payload.json"] + after
      + ["notilua test plugins/\(name)"]
    let text = """
      # \(name)

      \(what)
      \(more.isEmpty ? "" : "\n\(more)\n")
      Try it:

      \(commands.map { "    \($0)" }.joined(separator: "\n"))

      """
    return ("README.md", text)
  }

  private static func blank(_ name: String) -> [(String, String)] {
    [
      (
        "init.lua",
        """
        ---@type notilua.Plugin
        local plugin = {
          description = "Changes nothing yet.",
          match = { push_type = "alert" },
        }

        -- content has title, subtitle, body, badge, sound and more; 'notilua manual' has all of it.
        function plugin.did_receive(request, content)
        end

        -- Called where time runs out, with what was done so far: take out what must not be shown unfinished.
        function plugin.time_will_expire(request, best_attempt)
        end

        return plugin

        """
      ),
      readme(name, "Changes nothing yet."),
      ("payload.json", "{\"aps\":{\"alert\":\"hello\",\"mutable-content\":1}}\n"),
      (
        "tests/cases.yaml",
        """
        - name: changes nothing
          given: { aps: { alert: hello } }
          expect: { unchanged: true }

        """
      ),
    ]
  }

  private static func content(_ name: String) -> [(String, String)] {
    [
      (
        "init.lua",
        """
        ---@type notilua.ContentPlugin
        local plugin = {
          kind = "content",
          description = "Presents orders.",
          categories = { "ORDER" },
        }

        -- view has text, fields, progress, timeline and more; 'notilua manual' has all of it.
        function plugin.did_receive(notification, view)
          local order = notification.request.content.user_info.order
          if type(order) ~= "table" then return end
          view.clear()
          view.fields({ { "Order", order.number }, { "Total", order.total } })
        end

        -- Called with the action that a person chose; what it returns says whether the notification stays.
        function plugin.did_receive_response(response, view)
          if response.action_identifier ~= "confirm" then return "dismiss_and_forward_action" end
          view.text("Confirmed.", "caption")
          return "do_not_dismiss"
        end

        return plugin

        """
      ),
      readme(
        name, "Presents the notifications of the category `ORDER`.",
        command: "preview"),
      (
        "payload.json",
        """
        {"aps":{"alert":"New order","category":"ORDER"},"order":{"number":7,"total":"12 EUR"}}

        """
      ),
      (
        "tests/cases.yaml",
        """
        - name: shows number and total
          given: { aps: { alert: New order, category: ORDER }, order: { number: 7, total: 12 EUR } }
          present: {}
          expect: { view: [{ kind: fields, entries: [[Order, "7"], [Total, 12 EUR]] }] }
        - name: leaves a push without an order as it is
          given: { aps: { alert: New order, category: ORDER } }
          present: {}
          expect: { view: [] }
        - name: stays when it is confirmed
          given: { aps: { alert: New order, category: ORDER } }
          present: { response: { action_identifier: confirm } }
          expect: { response: do_not_dismiss, view: [{ kind: text, style: caption, entries: [Confirmed.] }] }
        - name: leaves every other action to the app
          given: { aps: { alert: New order, category: ORDER } }
          present: { response: { action_identifier: default } }
          expect: { response: dismiss_and_forward_action }

        """
      ),
    ]
  }

  private static func rewrite(_ name: String) -> [(String, String)] {
    [
      (
        "init.lua",
        """
        local words = require "words"

        ---@type notilua.Plugin
        local plugin = {
          description = "Puts a prefix before the alert's text.",
          match = { push_type = "alert" },
        }

        -- Settings are there while the plugin is loaded: a mistake in them shows before the first notification.
        local prefix = notilua.settings.prefix
        if prefix == nil then prefix = "News" end
        if type(prefix) ~= "string" then error("settings.prefix is no text", 0) end

        function plugin.did_receive(request, content)
          content.body = words.prefixed(content.body, prefix)
        end

        -- A text without its prefix may be shown.
        function plugin.time_will_expire(request, best_attempt)
        end

        return plugin

        """
      ),
      (
        "words.lua",
        """
        local words = {}

        -- The text behind a prefix; nil where there is no text.
        function words.prefixed(text, prefix)
          if not text then return nil end
          return prefix .. ": " .. text
        end

        return words

        """
      ),
      readme(
        name, "Puts a prefix before the alert's text.",
        "| setting | meaning | default |\n|---|---|---|\n| `prefix` | what stands before the text | `News` |"),
      ("payload.json", "{\"aps\":{\"alert\":\"Rain tonight\",\"mutable-content\":1}}\n"),
      (
        "tests/cases.yaml",
        """
        - name: puts the prefix before the text
          given: { aps: { alert: Rain tonight } }
          expect: { payload: { aps: { alert: "News: Rain tonight" } } }
        - name: takes the prefix from the settings
          given: { aps: { alert: { title: Weather, body: Rain tonight } } }
          settings: { prefix: Today }
          expect: { content: { title: Weather, body: "Today: Rain tonight" } }
        - name: leaves an alert without text alone
          given: { aps: { alert: { title: Weather } } }
          expect: { unchanged: true }
        - name: says what is wrong with its settings
          settings: { prefix: 7 }
          expect: { load_error: settings.prefix is no text }

        """
      ),
      (
        "tests/words_test.lua",
        """
        local words = require "words"

        test("puts the prefix before the text", function(t)
          t.equal(words.prefixed("rain", "News"), "News: rain")
        end)

        test("has nothing to say of no text", function(t)
          t.equal(words.prefixed(nil, "News"), nil)
        end)

        """
      ),
    ]
  }

  private static func recall(_ name: String) -> [(String, String)] {
    [
      (
        "init.lua",
        """
        ---@type notilua.Plugin
        local plugin = {
          description = "Drops a push that recalls a message, and withdraws the message.",
          match = { ["/recalls"] = true },
          -- A recalled message must not be shown because this failed.
          on_fault = "drop",
        }

        function plugin.did_receive(request, content)
          local id = content.user_info.recalls
          if type(id) ~= "string" then error("'recalls' is no text") end
          notilua.withdraw(id)
          return notilua.drop("recalls message " .. id)
        end

        function plugin.time_will_expire(request, best_attempt)
        end

        return plugin

        """
      ),
      readme(
        name, "Drops a push whose payload has `recalls`, and withdraws the message with that identifier."),
      (
        "payload.json",
        """
        {"aps":{"alert":"recalled","mutable-content":1},"recalls":"5FSClm2g"}

        """
      ),
      (
        "tests/cases.yaml",
        """
        - name: withdraws the message that is recalled
          given: { aps: { alert: recalled }, recalls: 5FSClm2g }
          expect: { action: drop, reason: recalls message 5FSClm2g, withdraw: [5FSClm2g] }
        - name: does not run on other messages
          given: { aps: { alert: hello } }
          expect: { unchanged: true, withdraw: [] }
        - name: drops what it does not understand
          given: { aps: { alert: recalled }, recalls: 7 }
          expect: { action: drop, fault: { kind: error, message: is no text } }

        """
      ),
    ]
  }

  private static func localize(_ name: String) -> [(String, String)] {
    [
      (
        "init.lua",
        """
        ---@type notilua.Plugin
        local plugin = {
          description = "Writes the text of an event in the recipient's language.",
          match = { push_type = "alert", ["/event"] = true },
        }

        -- The texts are in strings/Localizable.xcstrings, which Xcode opens, with the forms that each language needs for
        -- numbers. The recipient's language is the envelope's `locale`.
        function plugin.did_receive(request, content)
          local text, language = notilua.localize(content.user_info.event, content.user_info.count)
          -- No language answered: the catalog does not have the key, and the text is the key.
          if language then content.body = text end
        end

        function plugin.time_will_expire(request, best_attempt)
        end

        return plugin

        """
      ),
      (
        "strings/Localizable.xcstrings",
        """
        {
          "sourceLanguage" : "en",
          "strings" : {
            "PARCELS_SHIPPED" : {
              "localizations" : {
                "de" : {
                  "variations" : {
                    "plural" : {
                      "one" : {
                        "stringUnit" : {
                          "state" : "translated",
                          "value" : "%lld Paket ist unterwegs"
                        }
                      },
                      "other" : {
                        "stringUnit" : {
                          "state" : "translated",
                          "value" : "%lld Pakete sind unterwegs"
                        }
                      }
                    }
                  }
                },
                "en" : {
                  "variations" : {
                    "plural" : {
                      "one" : {
                        "stringUnit" : {
                          "state" : "translated",
                          "value" : "%lld parcel is on its way"
                        }
                      },
                      "other" : {
                        "stringUnit" : {
                          "state" : "translated",
                          "value" : "%lld parcels are on their way"
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "version" : "1.0"
        }

        """
      ),
      readme(
        name, "Writes the text of the payload's `event` in the language of the envelope's `locale`.",
        "The texts are in `strings/Localizable.xcstrings`.",
        after: [
          "notilua strings check plugins/\(name)/strings",
          "notilua strings show PARCELS_SHIPPED 3 --catalog plugins/\(name)/strings/Localizable.xcstrings",
        ]),
      (
        "payload.json",
        """
        {"locale":"de-AT","payload":{"aps":{"alert":"?","mutable-content":1},"event":"PARCELS_SHIPPED","count":3}}

        """
      ),
      (
        "tests/cases.yaml",
        """
        - name: writes the recipient's language
          given: { aps: { alert: "?" }, event: PARCELS_SHIPPED, count: 3 }
          request: { locale: de-AT }
          expect: { content: { body: 3 Pakete sind unterwegs } }
        - name: writes the form that the number needs
          given: { aps: { alert: "?" }, event: PARCELS_SHIPPED, count: 1 }
          request: { locale: de }
          expect: { content: { body: 1 Paket ist unterwegs } }
        - name: writes English where it does not know the language
          given: { aps: { alert: "?" }, event: PARCELS_SHIPPED, count: 1200 }
          request: { locale: fi }
          expect: { content: { body: "1,200 parcels are on their way" } }
        - name: leaves an event alone that it does not know
          given: { aps: { alert: "?" }, event: lost }
          expect: { unchanged: true }

        """
      ),
    ]
  }

  private static func decrypt(_ name: String) -> [(String, String)] {
    [
      (
        "init.lua",
        """
        ---@type notilua.Plugin
        local plugin = {
          description = "Opens a text that was sealed with AES-256-GCM.",
          match = { push_type = "alert", ["/sealed"] = true },
          capabilities = { "crypto" },
        }

        function plugin.did_receive(request, content)
          local sealed = notilua.base64.decode(content.user_info.sealed)
          if not sealed then error("'sealed' is not base 64") end
          -- The key is a file that the operator's configuration calls "inbox"; it never comes here.
          local text, reason = notilua.crypto.open("inbox", sealed)
          if not text then error(reason) end
          content.body = text
          content.user_info.sealed = nil
        end

        function plugin.time_will_expire(request, best_attempt)
        end

        return plugin

        """
      ),
      readme(
        name, "Shows the text that the payload's `sealed` holds: nonce, ciphertext and tag in base 64.",
        "The operator's configuration grants it and has the key:\n\n"
          + "```yaml notilua.yaml\nplugins: [{ path: plugins/\(name), capabilities: [crypto] }]\n"
          + "keys: { inbox: { file: inbox.key } }\n```\n\n"
          + "The key below opens `payload.json`, and everyone knows it; `openssl rand -hex 32` writes another.",
        before: [
          "(umask 077; echo 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f > inbox.key)"
        ]),
      (
        "payload.json",
        """
        {"aps":{"alert":"New message","mutable-content":1},"sealed":"AAECAwQFBgcICQoLCmezb+WIpzvsNbfl3oYWHzVJpMiaVBI9KdFnnL2JVg=="}

        """
      ),
      (
        "tests/cases.yaml",
        """
        - name: opens the text
          given: { aps: { alert: New message }, sealed: AAECAwQFBgcICQoLCmezb+WIpzvsNbfl3oYWHzVJpMiaVBI9KdFnnL2JVg== }
          keys: { inbox: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" }
          expect: { payload: { aps: { alert: Meet me at noon } } }
        - name: leaves what another key sealed as it is
          given: { aps: { alert: New message }, sealed: AAECAwQFBgcICQoLCmezb+WIpzvsNbfl3oYWHzVJpMiaVBI9KdFnnL2JVg== }
          keys: { inbox: "0000000000000000000000000000000000000000000000000000000000000000" }
          expect: { unchanged: true, fault: { kind: error, message: not authentic } }
        - name: says that the text is not base 64
          given: { aps: { alert: New message }, sealed: "%" }
          expect: { unchanged: true, fault: { kind: error, message: not base 64 } }

        """
      ),
    ]
  }
}
