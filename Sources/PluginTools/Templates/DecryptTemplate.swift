/// The template `decrypt`: a plugin that opens a sealed text.
enum DecryptTemplate {
  /// Returns the files of a plugin of that name.
  static func files(_ name: String) -> [TemplateFile] {
    [
      TemplateFile("init.lua", plugin),
      .readme(
        name, "Shows the text that the payload's `sealed` holds: nonce, ciphertext and tag in base 64.",
        "The operator's configuration grants it and has the key:\n\n"
          + "```yaml notilua.yaml\nplugins: [{ path: plugins/\(name), capabilities: [crypto] }]\n"
          + "keys: { inbox: { file: inbox.key } }\n```\n\n"
          + "The key below opens `payload.json`, and everyone knows it; `openssl rand -hex 32` writes another.",
        before: [
          "(umask 077; echo 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f > inbox.key)"
        ]),
      TemplateFile("payload.json", payload),
      TemplateFile("tests/cases.yaml", cases),
    ]
  }

  /// The plugin: `init.lua`.
  private static let plugin = """
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

  /// A notification to try it with.
  private static let payload = """
    {"aps":{"alert":"New message","mutable-content":1},"sealed":"AAECAwQFBgcICQoLCmezb+WIpzvsNbfl3oYWHzVJpMiaVBI9KdFnnL2JVg=="}

    """

  /// Its cases: `tests/cases.yaml`.
  private static let cases = """
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
}
