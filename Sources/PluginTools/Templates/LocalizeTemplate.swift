/// The template `localize`: a plugin that writes the recipient's language.
enum LocalizeTemplate {
  /// Returns the files of a plugin of that name.
  static func files(_ name: String) -> [TemplateFile] {
    [
      TemplateFile("init.lua", plugin),
      TemplateFile("strings/Localizable.xcstrings", catalog),
      .readme(
        name, "Writes the text of the payload's `event` in the language of the envelope's `locale`.",
        "The texts are in `strings/Localizable.xcstrings`.",
        after: [
          "notilua strings check plugins/\(name)/strings",
          "notilua strings show PARCELS_SHIPPED 3 --catalog plugins/\(name)/strings/Localizable.xcstrings",
        ]),
      TemplateFile("payload.json", payload),
      TemplateFile("tests/cases.yaml", cases),
    ]
  }

  /// The plugin: `init.lua`.
  private static let plugin = """
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

  /// Its texts, as Xcode has them.
  private static let catalog = """
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

  /// A notification to try it with.
  private static let payload = """
    {"locale":"de-AT","payload":{"aps":{"alert":"?","mutable-content":1},"event":"PARCELS_SHIPPED","count":3}}

    """

  /// Its cases: `tests/cases.yaml`.
  private static let cases = """
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
}
