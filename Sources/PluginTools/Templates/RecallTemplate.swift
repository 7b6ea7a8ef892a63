/// The template `recall`: a plugin that withdraws a recalled message.
enum RecallTemplate {
  /// Returns the files of a plugin of that name.
  static func files(_ name: String) -> [TemplateFile] {
    [
      TemplateFile("init.lua", plugin),
      .readme(
        name, "Drops a push whose payload has `recalls`, and withdraws the message with that identifier."),
      TemplateFile("payload.json", payload),
      TemplateFile("tests/cases.yaml", cases),
    ]
  }

  /// The plugin: `init.lua`.
  private static let plugin = """
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

  /// A notification to try it with.
  private static let payload = """
    {"aps":{"alert":"recalled","mutable-content":1},"recalls":"5FSClm2g"}

    """

  /// Its cases: `tests/cases.yaml`.
  private static let cases = """
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
}
