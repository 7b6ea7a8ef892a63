/// The template `content`: a plugin that presents the notifications of a category.
enum ContentTemplate {
  /// Returns the files of a plugin of that name.
  static func files(_ name: String) -> [TemplateFile] {
    [
      TemplateFile("init.lua", plugin),
      .readme(
        name, "Presents the notifications of the category `ORDER`.",
        """
        The category and its actions stand in `notilua.yaml`, as an app registers them:

        ```yaml
        \(presentation.dropLast())
        ```
        """,
        command: "preview"),
      TemplateFile("payload.json", payload),
      TemplateFile("tests/cases.yaml", cases),
    ]
  }

  /// The plugin: `init.lua`.
  private static let plugin = """
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

  /// The category with its actions: `notilua.yaml`, where there is none.
  static let presentation = """
    presentation:
      app: { name: Shop }
      categories:
        - identifier: ORDER
          actions:
            - { identifier: confirm, title: Confirm }
            - { identifier: cancel, title: Cancel the order, options: [destructive] }

    """

  /// A notification to try it with.
  private static let payload = """
    {"aps":{"alert":"New order","category":"ORDER"},"order":{"number":7,"total":"12 EUR"}}

    """

  /// Its cases: `tests/cases.yaml`.
  private static let cases = """
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
}
