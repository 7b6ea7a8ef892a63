import ConfigurationFiles
import Localization
import LosslessJSON
import NotificationModel
import StringCatalogs
import WorkerProtocol
import Yams

extension YAMLReader {
  /// Reads one of the limits of plugins: `wall`, `cpu` or `memory`.
  package func limit(
    _ key: String, _ node: Node, _ place: String, _ limits: inout Configuration.Limits
  ) throws(HostError) {
    switch key {
    // Time is counted in ticks of a few milliseconds.
    case "wall": limits.wall = try duration(node, "\(place).wall", .milliseconds(10) ... .seconds(24 * 3600))
    case "cpu": limits.cpu = try duration(node, "\(place).cpu", .milliseconds(10) ... .seconds(24 * 3600))
    default: limits.memory = try size(node, "\(place).memory", 256 << 10...4 << 30)
    }
  }

  /// Returns the settings of catalogs under `strings`.
  package func strings(_ node: Node) throws(HostError) -> Configuration.Strings {
    var strings = Configuration.Strings()
    for (key, value) in try members(node, "strings", ["catalogs", "device", "locale", "source"]) {
      switch key {
      case "catalogs":
        for item in try texts(value, "strings.catalogs") {
          strings.catalogs.append(path(try text(item, "a catalog")))
          strings.places.append(place(item))
        }
      case "device":
        strings.device = try text(value, "strings.device")
        let known = TextVariation.devices
        guard known.contains(strings.device) else {
          let hint = Suggestion.nearest(to: strings.device, among: known).map { "did you mean '\($0)'?" }
          throw error(
            value,
            "strings.device is '\(strings.device)'; \(hint ?? "there are \(known.joined(separator: ", "))")")
        }
      case "source":
        let name = try text(value, "strings.source")
        guard let tag = LprojName.tag(name) else {
          throw error(
            value,
            "strings.source is '\(name)', which is no language; write a tag such as 'de' or 'zh-Hant'")
        }
        strings.source = tag
      default:
        for item in try texts(value, "strings.locale") {
          let language = try text(item, "strings.locale")
          guard LanguageTag(language) != nil else {
            throw error(
              item,
              "strings.locale is '\(language)', which is no language; write a tag such as 'de' or 'zh-Hant'")
          }
          strings.languages.append(language)
        }
      }
    }
    return strings
  }

  /// Returns an element of `plugins`.
  package func plugin(_ node: Node) throws(HostError) -> Configuration.Plugin {
    var plugin = Configuration.Plugin(path: "")
    plugin.place = place(node)
    if node.scalar != nil {
      plugin.path = path(try text(node, "a plugin"))
      return plugin
    }
    let known = ["path", "name", "settings", "on_fault", "limits", "capabilities", "disabled"]
    for (key, value) in try members(node, "a plugin", known) {
      switch key {
      case "path": plugin.path = path(try text(value, "path"))
      case "name":
        let name = try text(value, "name")
        guard !name.isEmpty, name.utf8.count <= 100 else {
          throw error(value, "name is not a text of 1 to 100 bytes")
        }
        plugin.name = name
      case "settings":
        var writer = JSONWriter()
        guard value.mapping != nil else { throw error(value, "settings is not a mapping of keys to values") }
        try write(value, &writer)
        plugin.settings = writer.text
        if let problem = PluginSettings.problem(plugin.settings) { throw error(value, problem) }
      case "on_fault":
        let word = try text(value, "on_fault")
        guard let policy = FaultPolicy(rawValue: word) else {
          throw error(value, "on_fault is '\(word)'; use skip, original, drop or halt")
        }
        plugin.onFault = policy
      case "limits":
        for (key, value) in try members(value, "limits", ["wall", "cpu", "memory"]) {
          try limit(key, value, "limits", &plugin.limits)
        }
      case "capabilities":
        for item in try list(value, "capabilities") { try capability(item, &plugin) }
      default:
        guard let word = value.string, ["true", "false"].contains(word) else {
          throw error(value, "disabled is neither true nor false")
        }
        plugin.isDisabled = word == "true"
      }
    }
    if plugin.path.isEmpty { throw error(node, "a plugin has no path; add 'path: plugins/NAME'") }
    return plugin
  }
}
