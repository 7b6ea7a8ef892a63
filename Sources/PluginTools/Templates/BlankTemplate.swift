/// The template `blank`: a plugin that runs on alerts and changes nothing.
enum BlankTemplate {
  /// Returns the files of a plugin of that name.
  static func files(_ name: String) -> [TemplateFile] {
    [
      TemplateFile("init.lua", plugin),
      .readme(name, "Changes nothing yet."),
      TemplateFile("payload.json", payload),
      TemplateFile("tests/cases.yaml", cases),
    ]
  }

  /// The plugin: `init.lua`.
  private static let plugin = """
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

  /// A notification to try it with.
  private static let payload = "{\"aps\":{\"alert\":\"hello\",\"mutable-content\":1}}\n"

  /// Its cases: `tests/cases.yaml`.
  private static let cases = """
    - name: changes nothing
      given: { aps: { alert: hello } }
      expect: { unchanged: true }

    """
}
