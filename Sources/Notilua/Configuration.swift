import ConfigurationFiles
import EventLoop
import FileReading
import Localization
import LosslessJSON
import NotificationModel
import Presentation
import WorkerHost
import WorkerProtocol

/// The configuration of an operator: `notilua.yaml`, and the flags that say the same.
public struct Configuration: Sendable {
  /// One plugin of the chain.
  public struct Plugin: Sendable, Equatable {
    /// A file `NAME.lua`, or a folder with `init.lua`.
    public var path: String
    /// The name of the plugin; nil is the last part of the path.
    public var name: String?
    /// The JSON object that the plugin reads as `request.settings`.
    public var settings = "{}"
    /// The policy on a fault; nil leaves it to the plugin's proposal, and that to `skip`.
    public var onFault: FaultPolicy?
    /// The limits.
    public var limits = Limits()
    /// The capabilities that the plugin may ask the host for, such as `crypto`.
    ///
    /// `delivery` is granted by ``delivery``.
    public var capabilities: [String] = []
    /// The part of deliveries that the plugin may change; nil for none.
    public var delivery: DeliveryGrant?
    /// A Boolean value that indicates whether the plugin is left out of the chain.
    public var isDisabled = false
    /// The place in a configuration file.
    package var place: String?
    /// The key of the application that the plugin belongs to; nil where it runs for all.
    package var application: String?
    /// A Boolean value that indicates whether a plugin of an application runs on every notification, as in its tests.
    package var runsOnAll = false

    /// Makes a value from its parts.
    public init(path: String) { self.path = path }
  }

  /// Limits that are set; nil leaves the default.
  public struct Limits: Sendable, Equatable {
    /// Wall-clock time of one plugin on one notification.
    ///
    /// The default is 30 s, Apple's figure.
    public var wall: Duration?
    /// CPU time of one plugin on one notification.
    ///
    /// The default is 1 s.
    public var cpu: Duration?
    /// Bytes of one plugin's Lua heap.
    ///
    /// The default is 24 MiB, the figure seen on devices.
    public var memory: Int?

    /// Makes a value from its parts.
    public init() {}
  }

  /// The texts that `notilua.localize` finds.
  public struct Strings: Sendable, Equatable {
    /// Files `NAME.xcstrings`, and folders with such files and with folders `LANGUAGE.lproj`.
    ///
    /// They are searched in this order, after the plugin's own.
    public var catalogs: [String] = []
    /// The device whose variations are taken, by the names of string catalogs.
    ///
    /// The default is `iphone`.
    public var device = "iphone"
    /// The languages of recipients whose request names none, with the best first.
    ///
    /// Empty means the language that a catalog was written in.
    public var languages: [String] = []
    /// The language that folders `LANGUAGE.lproj` of ``catalogs`` were written in.
    ///
    /// Nil leaves it to their `Info.plist`, else to English. A string catalog says its own.
    public var source: String?
    /// The places of the catalogs in a configuration file.
    package var places: [String] = []

    /// Makes a value from its parts.
    public init() {}
  }

  /// The chain in order; empty means all plugins of ``pluginFolder`` by name.
  public var plugins: [Plugin] = []
  /// The folder that is searched where ``plugins`` is empty.
  ///
  /// The default is `plugins`.
  public var pluginFolder = "plugins"
  /// Limits of plugins that set none themselves.
  public var limits = Limits()
  /// The most bytes of a Lua file.
  ///
  /// The default is 256 KiB.
  public var sourceLimit = 256 << 10
  /// The most bytes of a line.
  ///
  /// The default is 1 MiB.
  public var payloadLimit = 1 << 20
  /// The deepest nesting of a payload.
  ///
  /// The default is 64.
  public var depthLimit = 64
  /// A Boolean value that indicates whether the last of equal keys is kept, instead of rejecting the line.
  public var keepsLastDuplicate = false
  /// The number of faults in a row after which a plugin is quarantined.
  ///
  /// 0 is never. The default is 5.
  public var quarantineAfter = 5
  /// The time of a quarantine.
  ///
  /// The default is 60 s.
  public var quarantineFor = Duration.seconds(60)
  /// The texts that plugins find by key.
  public var strings = Strings()
  /// The number of workers that run plugins; nil means one for each core.
  public var workers: Int?
  /// Key files by the names that plugins use.
  public var keyFiles: [String: String] = [:]
  /// The settings of pushes to APNs.
  public var apns = APNs()
  /// The settings of the outbox, which keeps notifications until they are delivered.
  public var outbox = Outbox()
  /// The settings of the front door, which takes pushes as APNs does.
  public var door = Door()
  /// The settings of the HTTP API.
  public var api = API()
  /// The settings of what is kept of notifications for the HTTP API.
  public var outcomes = Outcomes()
  /// The settings of the registry of devices.
  public var registry = Registry()
  /// The settings of chat messages.
  public var messages = Messages()
  /// The settings of where users are connected.
  public var presence = Presence()
  /// The settings of the listener for health, metrics and control of a service.
  public var operations = Operations()
  /// The apps whose devices and messages the service knows.
  public var applications: [Application] = []
  /// The settings of the life of a service.
  public var service = Service()
  /// The rules of APNs whose breach by a plugin is a warning and no fault.
  public var relaxedRules: Set<APNsRule> = []
  /// The rules by which notifications are shown.
  package var presentation = PresentationRules()
  /// A Boolean value that indicates whether notifications pass without any plugin.
  package var runsWithoutPlugins = false
  /// A Boolean value that indicates whether ``plugins`` is the whole chain, though applications have plugins.
  package var hasWholeChain = false
  /// The places of the key files in a configuration file, by name.
  package var keyPlaces: [String: String] = [:]

  /// Makes a value from its parts.
  public init() {}

  /// The plugins of the chain that are not disabled: those for all notifications, then those of applications.
  ///
  /// - Throws: ``HostError`` where there are none, or two have one name.
  package func chain() throws(HostError) -> [Plugin] {
    if runsWithoutPlugins { return [] }
    var chain = plugins
    if chain.isEmpty, !hasWholeChain { chain = try folderPlugins() }
    if !hasWholeChain { chain += ownPlugins() }
    chain.removeAll(where: \.isDisabled)
    if chain.isEmpty {
      throw HostError(.plugins, "every plugin is disabled; enable one in the configuration")
    }
    var paths: [String: String] = [:]
    for plugin in chain {
      let name = plugin.name ?? PluginFolder.name(of: plugin.path)
      if let other = paths.updateValue(plugin.path, forKey: name) {
        throw HostError(
          .usage,
          (plugin.place.map { "\($0): " } ?? "")
            + "'\(other)' and '\(plugin.path)' are both named '\(name)'; give one of them another name with 'name:'"
        )
      }
    }
    return chain
  }

  /// Reads the files of one plugin of the chain.
  ///
  /// - Parameters:
  ///   - catalogs: those of the operator; nil reads them.
  ///   - room: how many bytes of Lua the chain may still have.
  package func definition(
    of plugin: Plugin, catalogs: [CompiledCatalog]? = nil, room: Int = ReadingLimit.luaSum.count
  ) throws(HostError) -> PluginDefinition {
    let known: [CompiledCatalog]
    if let catalogs { known = catalogs } else { known = try OperatorCatalogs(self).seen(by: plugin) }
    return try read(plugin, known, room: room).definition
  }

  /// Reads the files of one plugin, and puts what the operator decides over them.
  private func read(
    _ plugin: Plugin, _ catalogs: [CompiledCatalog], room: Int
  ) throws(HostError) -> ChainContent.Plugin {
    do throws(HostError) {
      let files = try PluginFolder.read(
        plugin.path, sourceLimit: sourceLimit, device: strings.device, room: room)
      return ChainContent.Plugin(
        entry: plugin, files: files, definition: try definition(of: plugin, files: files, catalogs: catalogs))
    } catch {
      guard error.status == .plugins else { throw error }
      throw HostError(error.status, plugin.place.map { "\($0): \(error.message)" } ?? error.message)
    }
  }

  /// Puts what the operator decides over the files of a plugin.
  package func definition(
    of plugin: Plugin, files: PluginDefinition, catalogs: [CompiledCatalog]
  ) throws(HostError) -> PluginDefinition {
    var definition = files
    definition.catalogs += catalogs
    definition.languages = strings.languages
    if let name = plugin.name { definition.name = name }
    definition.place = plugin.place
    definition.settings = plugin.settings
    definition.onFault = plugin.onFault
    definition.capabilities = plugin.grantedCapabilities
    definition.delivery = try plugin.delivery(apns)
    definition.scope = try scope(of: plugin)
    definition.limits = LuaLimits(
      memory: plugin.limits.memory ?? limits.memory ?? 24 << 20,
      cpu: plugin.limits.cpu ?? limits.cpu ?? .seconds(1),
      wall: plugin.limits.wall ?? limits.wall ?? .seconds(30), depth: depthLimit)
    if let problem = PluginSettings.problem(plugin.settings) {
      throw HostError(.usage, "\(plugin.place ?? plugin.path): \(problem)")
    }
    try plugin.checkCapabilities()
    return definition
  }

  /// Reads the plugins' files.
  ///
  /// - Throws: ``HostError`` that names the file.
  package func definitions() throws(HostError) -> [PluginDefinition] {
    try readChain().map(\.definition)
  }

  /// Reads the plugins' files, and keeps beside each definition what was read.
  ///
  /// - Throws: ``HostError`` that names the file.
  package func readChain() throws(HostError) -> [ChainContent.Plugin] {
    var read: [ChainContent.Plugin] = []
    let plugins = try chain()
    let catalogs = try OperatorCatalogs(self)
    var room = ReadingLimit.luaSum.count
    var compiled = catalogs.byteCount
    for plugin in plugins {
      let next = try self.read(plugin, catalogs.seen(by: plugin), room: room)
      room -= next.definition.chunks.reduce(0) { $0 + $1.source.count }
      // As they are read, and not when the memory is full of them.
      compiled += next.files.catalogs.reduce(0) { $0 + $1.bytes.count }
      try SharedStrings.check(compiled)
      read.append(next)
    }
    return read
  }

  /// Reads the catalogs that every plugin sees.
  package func catalogs() throws(HostError) -> [CompiledCatalog] {
    try compiled(strings.catalogs, strings.places)
  }

  /// Reads the key files.
  package func keyRing() throws(HostError) -> KeyRing {
    var ring = KeyRing()
    for (name, path) in keyFiles.sorted(by: { $0.key < $1.key }) {
      do throws(HostError) {
        try ring.add(name, file: path)
      } catch {
        throw HostError(error.status, keyPlaces[name].map { "\($0): \(error.message)" } ?? error.message)
      }
    }
    return ring
  }

  package var runnerOptions: RunnerOptions {
    var options = RunnerOptions()
    options.depthLimit = depthLimit
    options.duplicateKeys = keepsLastDuplicate ? .keepLast : .reject
    options.quarantineAfter = quarantineAfter
    options.quarantineFor = quarantineFor.nanoseconds
    options.relaxedRules = relaxedRules
    return options
  }
}
