/// The template `rewrite`: a plugin that rewrites the alert's text.
enum RewriteTemplate {
  /// Returns the files of a plugin of that name.
  static func files(_ name: String) -> [TemplateFile] {
    [
      TemplateFile("init.lua", plugin),
      TemplateFile("words.lua", words),
      .readme(
        name, "Puts a prefix before the alert's text.",
        "| setting | meaning | default |\n|---|---|---|\n| `prefix` | what stands before the text | `News` |"),
      TemplateFile("payload.json", payload),
      TemplateFile("tests/cases.yaml", cases),
      TemplateFile("tests/words_test.lua", wordsTest),
    ]
  }

  /// The plugin: `init.lua`.
  private static let plugin = """
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

  /// The plugin's module: `words.lua`.
  private static let words = """
    local words = {}

    -- The text behind a prefix; nil where there is no text.
    function words.prefixed(text, prefix)
      if not text then return nil end
      return prefix .. ": " .. text
    end

    return words

    """

  /// A notification to try it with.
  private static let payload = "{\"aps\":{\"alert\":\"Rain tonight\",\"mutable-content\":1}}\n"

  /// Its cases: `tests/cases.yaml`.
  private static let cases = """
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

  /// A test in Lua of its module.
  private static let wordsTest = """
    local words = require "words"

    test("puts the prefix before the text", function(t)
      t.equal(words.prefixed("rain", "News"), "News: rain")
    end)

    test("has nothing to say of no text", function(t)
      t.equal(words.prefixed(nil, "News"), nil)
    end)

    """
}
