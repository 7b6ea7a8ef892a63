// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where CI says so: the next compiler's new warning must not end a user's build.
let warnings: [SwiftSetting] =
  Context.environment["NOTILUA_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

let strict: [SwiftSetting] =
  warnings + [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]

// clock_gettime, memmem, memfd_create, pipe2 and their like.
let gnu: [CSetting] = [.define("_GNU_SOURCE")]

let package = Package(
  name: "notilua",
  products: [
    .library(name: "Notilua", targets: ["Notilua"]),
    .library(name: "NotiluaInProcess", targets: ["NotiluaInProcess"]),
    .executable(name: "notilua", targets: ["notilua"]),
    .executable(name: "notilua-worker", targets: ["notilua-worker"]),
    .executable(name: "notilua-thumbnailer", targets: ["notilua-thumbnailer"]),
  ],
  dependencies: [
    // Subcommands, options and their help pages: the standard of Swift command-line tools.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Reads notilua.yaml and plugin test cases, with the line and column of every node for error messages.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // Percentiles of latencies in constant memory: HdrHistogram's own port to Swift.
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    // Event loops, sockets and timers for connections to APNs and for the simulator; HTTP/1.1 for proxies.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // TLS on SwiftNIO's channels.
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    // SQLite for the outbox: statements, transactions and migrations, and errors that are typed.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // HTTP/1.1 for health, metrics and control: a router, and requests as streams. Its traits bring a library of
    // configuration that is not used.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    // Methods, statuses and headers as Hummingbird has them.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    // Log messages with levels and metadata, of the service and of Hummingbird in one form.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Starts the parts of the service in order and stops them in reverse, each within its time.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Debian's Lua 5.4: the language of the plugins.
    .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
    // OpenSSL's libcrypto: digests in the worker, AES-256-GCM in the host, certificates and signatures for APNs, and
    // whether a server's certificate is to be trusted.
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // libnghttp2: HTTP/2 for APNs, four times as fast as swift-nio-http2 at the same work.
    .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    // sd-bus: D-Bus for desktop notifications, without a thread of its own.
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    // Pango and Cairo: text of any script, shaped and broken into lines, and pictures as PNG and SVG.
    .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    // libjpeg-turbo, giflib, and Cairo's PNG: what reads attached pictures, in a process of its own.
    .systemLibrary(
      name: "CImageFormats", pkgConfig: "cairo",
      providers: [.apt(["libcairo2-dev", "libturbojpeg0-dev", "libgif-dev"])]),
    // utf8proc: normal forms and case folding in the worker; Swift's library has neither NFKC nor case folding.
    .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"])]),
    // libseccomp: writes the worker's system-call filter.
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

    .target(name: "CLuaBoundary", dependencies: ["CLua"], cSettings: gnu),
    .target(name: "CProcessSandbox", dependencies: ["CSeccomp"], cSettings: gnu),
    .target(name: "LuaSandbox", dependencies: ["CLuaBoundary", "WorkerProtocol"], swiftSettings: strict),
    // Reads, edits and writes JSON so that what nobody edited keeps its bytes.
    .target(name: "LosslessJSON", swiftSettings: strict),
    .target(name: "NotificationModel", dependencies: ["LosslessJSON"], swiftSettings: strict),
    // The view that a content extension builds: its elements, read and written, and its actions.
    .target(
      name: "NotificationViews", dependencies: ["LosslessJSON", "NotificationModel"], swiftSettings: strict),
    // What the push of a chat message says beside `aps`, read and written; the worker reads it, too.
    .target(name: "PushExtras", dependencies: ["LosslessJSON"], swiftSettings: strict),
    .target(name: "Localization", swiftSettings: strict),
    // The apps that a service knows, and the rules of kinds of applications, credentials and environments.
    .target(name: "Applications", dependencies: ["NotificationModel"], swiftSettings: strict),
    // SHA-256 and HMAC by libcrypto, in the worker and in the host.
    .target(name: "Digests", dependencies: ["CCrypto"], swiftSettings: strict),
    // Time zones and the texts of times; the worker has no Foundation, and opens no file.
    .target(name: "TimeZones", dependencies: ["NotificationModel", "WorkerProtocol"], swiftSettings: strict),
    // The event loop, its timers and mailboxes, and the one way to start a process.
    .target(name: "CEventLoop", cSettings: gnu),
    .target(name: "EventLoop", dependencies: ["CEventLoop"], swiftSettings: strict),
    // Counters, gauges and histograms, and the texts that Prometheus reads.
    .target(name: "PrometheusMetrics", swiftSettings: strict),
    // Opens and reads what people name, with a limit for each kind of file.
    .target(name: "FileReading", dependencies: ["EventLoop"], swiftSettings: strict),
    .target(
      name: "Presentation",
      dependencies: ["EventLoop", "FileReading", "NotificationModel", "NotificationViews"],
      swiftSettings: strict),
    .executableTarget(
      name: "notilua-thumbnailer", dependencies: ["CImageFormats", "CProcessSandbox"], swiftSettings: strict),
    .target(
      name: "Rendering",
      dependencies: ["CPango", "NotificationViews", "Presentation"],
      swiftSettings: strict),
    // Pages of HTML, which need neither Pango nor Cairo: a browser shapes their text.
    .target(
      name: "PageRendering", dependencies: ["NotificationModel", "NotificationViews", "Presentation"],
      swiftSettings: strict),
    .target(
      name: "StringCatalogs",
      dependencies: ["FileReading", "Localization", "LosslessJSON", "NotificationModel"],
      swiftSettings: strict),
    // Chat messages, and the pushes that are made of them: no clock, no file, no network.
    .target(
      name: "Composition",
      dependencies: ["Localization", "LosslessJSON", "NotificationModel", "PushExtras", "StringCatalogs"],
      resources: [.embedInCode("Messages.xcstrings")], swiftSettings: strict),
    // Where users are connected, and what that means for pushes: each call is given the time.
    .target(
      name: "Presence",
      dependencies: ["Digests", "EventLoop", "FileReading", "PrometheusMetrics", "WorkerProtocol"],
      swiftSettings: strict),
    // Unicode's normal forms and case folding.
    .target(name: "UnicodeForms", dependencies: ["CUTF8Proc"], swiftSettings: strict),
    // What code of plugins cannot mean, and what to write for an error of Lua's; nothing of it runs.
    .target(
      name: "CodeAnalysis",
      dependencies: ["LosslessJSON", "LuaSandbox", "NotificationModel", "WorkerProtocol"],
      swiftSettings: strict),
    // What plugins say of themselves, which is read once and compared with notifications without Lua.
    .target(
      name: "PluginManifests",
      dependencies: ["CodeAnalysis", "LosslessJSON", "NotificationModel", "WorkerProtocol"],
      swiftSettings: strict),
    // What is kept of a pass for its outcome: the lines that plugins log, and where they wrote.
    .target(name: "PassRecords", dependencies: ["NotificationModel"], swiftSettings: strict),
    // The descriptions of the functions of a view, in words.
    .target(name: "ViewDescriptions", dependencies: ["WorkerProtocol"], swiftSettings: strict),
    .target(
      name: "PluginRuntime",
      dependencies: [
        "CLuaBoundary", "CodeAnalysis", "Digests", "Localization", "LosslessJSON", "LuaSandbox",
        "NotificationModel", "NotificationViews", "PassRecords", "PluginManifests", "PushExtras", "TimeZones",
        "UnicodeForms", "ViewDescriptions", "WorkerProtocol",
      ],
      swiftSettings: strict),
    .target(
      name: "WorkerProtocol",
      dependencies: ["Localization", "LosslessJSON", "NotificationModel", "NotificationViews"],
      swiftSettings: strict),
    .executableTarget(
      name: "notilua-worker",
      dependencies: [
        "CLuaBoundary", "CProcessSandbox", "Digests", "Localization", "NotificationModel", "PluginRuntime",
        "TimeZones", "WorkerProtocol",
      ],
      swiftSettings: strict),
    // notilua.yaml and what it names: YAML with places, plugins with their modules, sizes and times.
    .target(
      name: "ConfigurationFiles",
      dependencies: [
        "EventLoop", "FileReading", "Localization", "LosslessJSON", "NotificationModel", "StringCatalogs",
        "WorkerProtocol", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    // Starts workers, gives them batches, and replaces those that die.
    .target(
      name: "WorkerHost",
      dependencies: [
        "CCrypto", "ConfigurationFiles", "CProcessSandbox", "EventLoop", "FileReading", "Localization",
        "LosslessJSON", "NotificationModel", "TimeZones", "WorkerProtocol",
      ], swiftSettings: strict),
    .target(
      name: "Delivery", dependencies: ["EventLoop", "LosslessJSON", "NotificationModel"],
      swiftSettings: strict),
    // Notifications as bytes in the outbox's file.
    .target(
      name: "OutboxRecords", dependencies: ["Digests", "LosslessJSON", "NotificationModel"],
      swiftSettings: strict),
    .target(
      name: "Outbox",
      dependencies: [
        "Delivery", "Digests", "EventLoop", "FileReading", "LosslessJSON", "NotificationModel",
        "OutboxRecords",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "APNsCredentials",
      dependencies: [
        "Applications", "CCrypto", "EventLoop", "FileReading", "LosslessJSON", "NotificationModel",
      ],
      swiftSettings: strict),
    .target(
      name: "HTTP2Transport",
      dependencies: [
        "CCrypto", "CNGHTTP2", "EventLoop", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "NIOTLS", package: "swift-nio"),
      ],
      swiftSettings: strict),
    // The rules of APNs for requests, tokens and responses: one table for the sink, the simulator and a front door.
    .target(
      name: "APNsProtocol",
      dependencies: ["APNsCredentials", "HTTP2Transport", "LosslessJSON", "NotificationModel"],
      swiftSettings: strict),
    .target(
      name: "APNs",
      dependencies: [
        "APNsCredentials", "APNsProtocol", "Applications", "Delivery", "EventLoop", "HTTP2Transport",
        "LosslessJSON",
        "NotificationModel", "PrometheusMetrics", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    // The life of the service: service manager, watchdog, passed sockets, signals, logs, parts in their order.
    .target(
      name: "ServiceLife",
      dependencies: [
        "CProcessSandbox", "CSystemd", "Delivery", "EventLoop", "LosslessJSON", "NotificationModel",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // The listener for health, metrics and control: HTTP/1.1 on sockets of our own.
    .target(
      name: "Operations",
      dependencies: [
        "EventLoop", "LosslessJSON", "NotificationModel", "ServiceLife",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "Desktop",
      dependencies: [
        "CSystemd", "Delivery", "EventLoop", "LosslessJSON", "NotificationModel", "NotificationViews",
        "Presentation",
      ],
      swiftSettings: strict),
    .target(
      name: "APNsSimulator",
      dependencies: [
        "APNsCredentials", "APNsProtocol", "EventLoop", "FileReading", "HTTP2Transport", "LosslessJSON",
        "NotificationModel",
      ],
      swiftSettings: strict),
    // The keys of clients: their files, what each permits, and the rates.
    .target(
      name: "ClientKeys",
      dependencies: [
        "APNsCredentials", "Applications", "Digests", "EventLoop", "FileReading", "LosslessJSON",
        "NotificationModel",
      ],
      swiftSettings: strict),
    // The front door: who may push to `notilua serve`, what is remembered of pushes, and its connections.
    .target(
      name: "FrontDoor",
      dependencies: [
        "APNsCredentials", "APNsProtocol", "ClientKeys", "Delivery", "Digests", "EventLoop",
        "HTTP2Transport", "LosslessJSON", "NotificationModel", "PrometheusMetrics", "WorkerProtocol",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // What happened to each notification, in a file, for a time.
    .target(
      name: "Stories",
      dependencies: [
        "Delivery", "EventLoop", "FileReading", "LosslessJSON", "NotificationModel",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    // The devices of users and what else belongs to them, in one file whose writes share commits.
    .target(
      name: "Registry",
      dependencies: [
        "Composition", "Delivery", "EventLoop", "FileReading", "LosslessJSON", "NotificationModel",
        "PrometheusMetrics", .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    // Which messages users want to be notified of, and when not.
    .target(
      name: "Muting",
      dependencies: [
        "Applications", "Composition", "LosslessJSON", "PushExtras", "Registry", "TimeZones",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    // The HTTP API: routes and their access, notifications as JSON, problems, and the description of all that.
    .target(
      name: "RESTInterface",
      dependencies: [
        "APNsProtocol", "Applications", "ClientKeys", "Composition", "Digests", "EventLoop", "FrontDoor",
        "LosslessJSON", "Messaging",
        "Muting", "NotificationModel", "Operations", "Presence", "PrometheusMetrics", "PushExtras",
        "Registry", "Stories",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    // Chat messages on their way to pushes: decided and kept in one commit, and given to the run from there.
    .target(
      name: "Messaging",
      dependencies: [
        "Applications", "Composition", "Digests", "EventLoop", "FrontDoor", "LosslessJSON", "Muting",
        "NotificationModel",
        "Presence", "PrometheusMetrics", "Registry", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    // What a Swift program imports: configuration, processor and outcomes. It links no Lua.
    .target(
      name: "Notilua",
      dependencies: [
        "Applications", "ConfigurationFiles", "CProcessSandbox", "Digests", "EventLoop", "FileReading",
        "Localization",
        "LosslessJSON", "NotificationModel", "NotificationViews", "Presentation", "PushExtras",
        "StringCatalogs", "WorkerHost",
        "WorkerProtocol", .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    // The same without workers: Lua in the program's own process.
    .target(
      name: "NotiluaInProcess",
      dependencies: [
        "ConfigurationFiles", "Digests", "EventLoop", "Localization", "LuaSandbox", "NotificationModel",
        "Notilua", "PluginRuntime", "TimeZones", "WorkerHost", "WorkerProtocol",
      ], swiftSettings: strict),
    // One run of `notilua run`: from its inputs through the chain to where it delivers.
    .target(
      name: "Pipeline",
      dependencies: [
        "ConfigurationFiles", "CProcessSandbox", "Delivery", "EventLoop", "FileReading", "LosslessJSON",
        "NotificationModel", "Notilua", "PrometheusMetrics", "WorkerHost", "WorkerProtocol",
      ], swiftSettings: strict),
    // Cases of plugins: how they are read, run and compared, what of the code they reach, and reports.
    .target(
      name: "PluginTesting",
      dependencies: [
        "ConfigurationFiles", "EventLoop", "FileReading", "LosslessJSON", "NotificationModel",
        "NotificationViews",
        "Notilua", "WorkerHost", "WorkerProtocol", .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .target(
      name: "PluginTools",
      dependencies: [
        "ConfigurationFiles", "Delivery", "Digests", "EventLoop", "FileReading", "Localization",
        "LosslessJSON", "NotificationModel", "NotificationViews", "Notilua", "Presentation", "StringCatalogs",
        "WorkerHost",
        "WorkerProtocol", .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      swiftSettings: strict),
    // The plugins of a service as values that follow one another: read whole, tested, put in force, kept, rolled back.
    .target(
      name: "Generations",
      dependencies: [
        "ConfigurationFiles", "Digests", "EventLoop", "FileReading", "Localization", "NotificationModel",
        "Notilua", "Operations", "PluginTesting", "PrometheusMetrics", "ServiceLife", "WorkerHost",
        "WorkerProtocol",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // The parts of `notilua serve` that look after users: what is opened, checked and done at its times.
    .target(
      name: "ServiceParts",
      dependencies: [
        "Applications", "Composition", "ConfigurationFiles", "EventLoop", "FrontDoor", "Localization",
        "Messaging", "Muting", "Notilua", "Presence", "PrometheusMetrics", "Registry", "RESTInterface",
        "ServiceLife", "StringCatalogs", "WorkerHost",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // What commands show people: text that no outsider forges, tables, reports and progress.
    .target(
      name: "TerminalPages",
      dependencies: [
        "APNs", "APNsCredentials", "APNsProtocol", "Applications", "ConfigurationFiles", "Delivery",
        "EventLoop", "Localization", "LosslessJSON", "NotificationModel", "NotificationViews", "Notilua",
        "Operations",
        "Outbox", "Pipeline", "PluginTesting", "PluginTools", "Presentation", "StringCatalogs",
      ], swiftSettings: strict),
    // What every subcommand does alike: output, its failures, completions, the configuration.
    .target(
      name: "CommandSupport",
      dependencies: [
        "ConfigurationFiles", "EventLoop", "FileReading", "NotificationModel", "Notilua", "TerminalPages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // `notilua credentials` and `notilua keys`: who this host is to APNs, and who may push to it.
    .target(
      name: "CredentialCommands",
      dependencies: [
        "APNsCredentials", "Applications", "ClientKeys", "CommandSupport", "ConfigurationFiles",
        "CProcessSandbox", "EventLoop", "FileReading", "NotificationModel", "Notilua", "TerminalPages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // `notilua strings`: catalogs of texts, checked, shown and converted.
    .target(
      name: "CatalogCommands",
      dependencies: [
        "CommandSupport", "ConfigurationFiles", "Localization", "LosslessJSON", "NotificationModel",
        "Notilua", "StringCatalogs", "TerminalPages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // `notilua compose`: chat messages, and the pushes that are made of them.
    .target(
      name: "MessageCommands",
      dependencies: [
        "CommandSupport", "Composition", "ConfigurationFiles", "FileReading", "Localization", "LosslessJSON",
        "NotificationModel", "Notilua", "Operations", "ServiceCommands", "StringCatalogs", "TerminalPages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // `notilua preview`: notifications as pictures, as pages and in the terminal.
    .target(
      name: "PreviewCommands",
      dependencies: [
        "CommandSupport", "ConfigurationFiles", "EventLoop", "FileReading", "Generations", "LosslessJSON",
        "NotificationModel", "NotificationViews", "Notilua", "PageRendering", "Presentation", "Rendering",
        "TerminalPages",
        "TimeZones", "WorkerHost",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // `notilua ctl`: what a running service is asked and told.
    .target(
      name: "ServiceCommands",
      dependencies: [
        "APNsCredentials", "CommandSupport", "ConfigurationFiles", "EventLoop", "FileReading", "LosslessJSON",
        "NotificationModel", "Notilua", "Operations", "TerminalPages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // `notilua outbox` and `notilua recall`: what a queue on the disk holds, looked at and put right.
    .target(
      name: "OutboxCommands",
      dependencies: [
        "APNsProtocol", "CommandSupport", "ConfigurationFiles", "EventLoop", "NotificationModel", "Notilua",
        "Outbox", "Pipeline", "TerminalPages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // The other subcommands of `notilua`, and the parser of its command line.
    .target(
      name: "CommandLineTool",
      dependencies: [
        "APNs", "APNsCredentials", "APNsProtocol", "APNsSimulator", "CatalogCommands",
        "ClientKeys",
        "CommandSupport", "ConfigurationFiles", "CProcessSandbox", "CredentialCommands", "Delivery",
        "Desktop", "Digests", "EventLoop", "FileReading", "FrontDoor", "Generations", "HTTP2Transport",
        "LosslessJSON", "MessageCommands", "NotificationModel", "NotificationViews", "Notilua", "Operations",
        "Outbox",
        "OutboxCommands",
        "Pipeline", "PluginTesting", "PluginTools", "Presentation", "PreviewCommands", "PrometheusMetrics",
        "Registry",
        "RESTInterface",
        "ServiceCommands",
        "ServiceLife", "ServiceParts", "Stories", "TerminalPages", "WorkerHost", "WorkerProtocol",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // Not on the programs that it starts: their code, and Lua, would be linked into it.
    .executableTarget(name: "notilua", dependencies: ["CommandLineTool"], swiftSettings: strict),

    .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: strict),
    .testTarget(name: "LosslessJSONTests", dependencies: ["LosslessJSON"], swiftSettings: strict),
    .testTarget(
      name: "WorkerProtocolTests",
      dependencies: ["LosslessJSON", "NotificationModel", "NotificationViews", "WorkerProtocol"],
      swiftSettings: strict),
    .testTarget(
      name: "NotificationModelTests", dependencies: ["LosslessJSON", "NotificationModel"],
      swiftSettings: strict),
    .testTarget(
      name: "NotificationViewsTests", dependencies: ["NotificationViews"],
      swiftSettings: strict),
    .testTarget(
      name: "LocalizationTests", dependencies: ["Localization", "NotificationModel"],
      exclude: ["cldr.py"],
      resources: [.copy("Resources")], swiftSettings: strict,
      // Apple's own choice of a language, which ours is compared with.
      linkerSettings: [.linkedLibrary("_FoundationICU")]),
    .testTarget(
      name: "TimeZonesTests", dependencies: ["TimeZones"], exclude: ["zones.py"], swiftSettings: strict),
    .testTarget(
      name: "StringCatalogsTests",
      dependencies: ["FileReading", "Localization", "NotificationModel", "StringCatalogs"],
      swiftSettings: strict),
    .testTarget(
      name: "PushExtrasTests", dependencies: ["LosslessJSON", "PushExtras"], swiftSettings: strict),
    .testTarget(
      name: "CompositionTests",
      dependencies: ["Composition", "Localization", "NotificationModel", "PushExtras", "StringCatalogs"],
      swiftSettings: strict),
    .testTarget(
      name: "PresenceTests", dependencies: ["Digests", "Presence", "PrometheusMetrics"], swiftSettings: strict
    ),
    .testTarget(
      name: "HTTP2TransportTests",
      dependencies: [
        "APNsCredentials", "CNGHTTP2", "HTTP2Testing", "HTTP2Transport",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "APNsProtocolTests", dependencies: ["APNsCredentials", "APNsProtocol", "HTTP2Transport"],
      swiftSettings: strict),
    .testTarget(
      name: "APNsSimulatorTests",
      dependencies: [
        "APNsCredentials", "APNsProtocol", "APNsSimulator", "HTTP2Transport", "NotificationModel",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FrontDoorTests",
      dependencies: [
        "APNsCredentials", "APNsProtocol", "ClientKeys", "Delivery", "DeliveryTesting", "EventLoop",
        "FrontDoor", "HTTP2Transport", "NotificationModel", "PrometheusMetrics",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClientKeysTests",
      dependencies: ["APNsCredentials", "Applications", "ClientKeys", "Digests", "NotificationModel"],
      swiftSettings: strict),
    .testTarget(
      name: "RESTInterfaceTests",
      dependencies: [
        "APNsCredentials", "ClientKeys", "FrontDoor", "LosslessJSON", "NotificationModel", "Operations",
        "OutboxRecords", "RESTInterface", .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      swiftSettings: strict),
    .testTarget(name: "StoriesTests", dependencies: ["Stories"], swiftSettings: strict),
    .testTarget(
      name: "MessagingTests",
      dependencies: [
        "Applications", "Composition", "Delivery", "EventLoop", "FrontDoor", "LosslessJSON", "Messaging",
        "Muting", "NotificationModel",
        "Presence", "PrometheusMetrics", "PushExtras", "Registry",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "RegistryTests",
      dependencies: [
        "Composition", "Delivery", "NotificationModel", "PrometheusMetrics", "Registry",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "MutingTests",
      dependencies: [
        "Applications", "Composition", "Muting", "PushExtras", "Registry", "WorkerHost",
      ], exclude: ["quiet_hours.py"], swiftSettings: strict),
    .testTarget(
      name: "GenerationsTests",
      dependencies: [
        "ConfigurationFiles", "EventLoop", "Generations", "NotificationModel", "notilua-worker", "Notilua",
        "Operations",
        "PrometheusMetrics", "WorkerProtocol", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ApplicationsTests", dependencies: ["Applications", "NotificationModel"], swiftSettings: strict),
    .testTarget(name: "LayoutTests", swiftSettings: strict),
    .testTarget(name: "FileReadingTests", dependencies: ["FileReading"], swiftSettings: strict),
    .testTarget(
      name: "PresentationTests",
      dependencies: ["DeliveryTesting", "NotificationModel", "NotificationViews", "Presentation"],
      swiftSettings: strict),
    .testTarget(
      name: "RenderingTests",
      dependencies: [
        "DeliveryTesting", "NotificationModel", "NotificationViews", "notilua", "notilua-thumbnailer",
        "notilua-worker",
        "Presentation", "Rendering",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PageRenderingTests",
      dependencies: ["DeliveryTesting", "NotificationViews", "PageRendering", "Presentation"],
      swiftSettings: strict),
    .testTarget(
      name: "DesktopTests",
      dependencies: [
        "Delivery", "Desktop", "DesktopTesting", "EventLoop", "NotificationModel", "NotificationViews",
        "Presentation",
      ],
      swiftSettings: strict),
    .testTarget(name: "EventLoopTests", dependencies: ["EventLoop"], swiftSettings: strict),
    .testTarget(name: "PrometheusMetricsTests", dependencies: ["PrometheusMetrics"], swiftSettings: strict),
    .testTarget(
      name: "ServiceLifeTests",
      dependencies: [
        "EventLoop", "ServiceLife", .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "OperationsTests",
      dependencies: [
        "Operations", "ServiceLife", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DeliveryTests",
      dependencies: ["Delivery", "DeliveryTesting", "EventLoop", "LosslessJSON", "NotificationModel"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandLineToolTests",
      dependencies: [
        "APNs", "APNsCredentials", "ClientKeys", "CommandLineTool", "ConfigurationFiles", "Delivery",
        "EventLoop", "FrontDoor", "NotificationModel", "Notilua", "Outbox", "Pipeline", "PrometheusMetrics",
        "ServiceParts", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "OutboxRecordsTests", dependencies: ["LosslessJSON", "NotificationModel", "OutboxRecords"],
      swiftSettings: strict),
    .testTarget(
      name: "OutboxTests",
      dependencies: [
        "Delivery", "DeliveryTesting", "EventLoop", "NotificationModel", "Outbox", "OutboxRecords",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "APNsTests",
      dependencies: [
        "APNs", "APNsCredentials", "Applications", "APNsProtocol", "Delivery", "DeliveryTesting",
        "HTTP2Transport",
        "LosslessJSON", "NotificationModel", "PrometheusMetrics",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LuaSandboxTests",
      dependencies: [
        "CLuaBoundary", "LosslessJSON", "LuaSandbox", "NotificationModel", "PatternReference",
        "PluginRuntime", "WorkerProtocol",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CodeAnalysisTests",
      dependencies: ["CodeAnalysis", "LuaSandbox", "NotificationModel", "PluginRuntime", "WorkerProtocol"],
      swiftSettings: strict),
    .testTarget(
      name: "UnicodeFormsTests", dependencies: ["NotificationModel", "UnicodeForms"], exclude: ["unicode.py"],
      swiftSettings: strict),
    .testTarget(
      name: "PluginManifestsTests",
      dependencies: [
        "LuaSandbox", "NotificationModel", "PluginManifests", "PluginRuntime", "WorkerProtocol",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PluginRuntimeTests",
      dependencies: [
        "Localization", "LosslessJSON", "LuaSandbox", "NotificationModel", "NotificationViews", "Notilua",
        "PluginRuntime",
        "PluginTools", "TimeZones", "WorkerHost", "WorkerProtocol",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConfigurationFilesTests", dependencies: ["ConfigurationFiles", "Notilua"], swiftSettings: strict),
    .testTarget(
      name: "WorkerHostTests",
      dependencies: [
        "ConfigurationFiles", "CProcessSandbox", "DeliveryTesting", "EventLoop", "NotificationModel",
        "Notilua",
        "notilua-worker", "PluginRuntime", "TimeZones", "WorkerHost", "WorkerProtocol",
      ], swiftSettings: strict),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "ConfigurationFiles", "Delivery", "DeliveryTesting", "EventLoop", "LosslessJSON", "NotificationModel",
        "HostileWorker", "Notilua", "notilua-worker", "Outbox", "Pipeline", "PrometheusMetrics", "WorkerHost",
      ], swiftSettings: strict),
    .testTarget(
      name: "NotiluaTests",
      dependencies: [
        "Applications", "ConfigurationFiles", "Desktop", "FileReading", "LosslessJSON", "LuaSandbox",
        "NotificationModel", "NotificationViews",
        "Notilua", "notilua-worker", "NotiluaInProcess", "PluginRuntime", "Presentation", "PushExtras",
        "WorkerHost", "WorkerProtocol",
      ], swiftSettings: strict),
    .testTarget(
      name: "PluginTestingTests", dependencies: ["ConfigurationFiles", "Notilua", "PluginTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "PluginToolsTests",
      dependencies: [
        "ConfigurationFiles", "Notilua", "notilua-worker", "PluginTesting", "PluginTools", "WorkerProtocol",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalPagesTests",
      dependencies: [
        "DeliveryTesting", "Localization", "NotificationViews", "PluginTesting", "PluginTools",
        "Presentation",
        "StringCatalogs", "TerminalPages",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RealInputTests", dependencies: ["notilua", "notilua-worker"], exclude: ["Resources"],
      swiftSettings: strict),
    .testTarget(
      name: "APNsCredentialsTests",
      dependencies: ["APNsCredentials", "Applications", "CCrypto", "CredentialSamples", "NotificationModel"],
      swiftSettings: strict),
    .testTarget(name: "ProcessSandboxTests", dependencies: ["SandboxProbe"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "CCrypto", "CredentialSamples", "DesktopTesting", "HostileWorker", "notilua", "notilua-thumbnailer",
        "notilua-worker", "SandboxProbe", "ServiceProbe", "SwiftProgram",
      ],
      exclude: ["FailingCases"], swiftSettings: strict),

    // The second example: what a Swift program does with the library.
    .executableTarget(
      name: "SwiftProgram", dependencies: ["Notilua"], path: "examples/2-swift-program", swiftSettings: strict
    ),

    // What the tests run: Lua's own patterns, a process that tries the lock, a worker that lies, certificates.
    .target(name: "PatternReference", dependencies: ["CLua"], path: "Tests/PatternReference"),
    .executableTarget(
      name: "SandboxProbe", dependencies: ["CProcessSandbox", "CSeccomp"], path: "Tests/SandboxProbe",
      cSettings: gnu),
    // What every source and sink keeps to.
    .target(
      name: "DeliveryTesting",
      dependencies: ["Delivery", "EventLoop", "LosslessJSON", "NotificationModel", "WorkerProtocol"],
      path: "Tests/DeliveryTesting",
      swiftSettings: strict),
    // Frames of HTTP/2 as their bytes.
    .target(name: "HTTP2Testing", path: "Tests/HTTP2Testing", swiftSettings: strict),
    // A notification server that does what a test says.
    .target(
      name: "DesktopTesting", dependencies: ["CSystemd"], path: "Tests/DesktopTesting", swiftSettings: strict),
    .target(name: "CredentialSamples", path: "Tests/CredentialSamples", swiftSettings: strict),
    // A service that does what a test says: manager, sockets, logs, health and control, without a front door.
    .executableTarget(
      name: "ServiceProbe",
      dependencies: [
        "EventLoop", "Operations", "ServiceLife", .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Tests/ServiceProbe", swiftSettings: strict),
    .executableTarget(
      name: "HostileWorker", dependencies: ["NotificationModel", "NotificationViews", "WorkerProtocol"],
      path: "Tests/HostileWorker",
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

// Benchmarks, fuzzers and what crashes on purpose: built by who works on Notilua, not by who uses it.
if Context.environment["NOTILUA_TOOLS"] == "1" {
  package.targets += [
    // What runs under valgrind: see Tests/Memory.
    .executableTarget(
      name: "MemoryProbe",
      dependencies: [
        "ConfigurationFiles", "LosslessJSON", "LuaSandbox", "NotificationModel", "Notilua",
        "NotiluaInProcess", "PluginRuntime", "WorkerProtocol",
      ],
      path: "Tests/MemoryProbe", swiftSettings: strict),
    .executableTarget(
      name: "APNsBenchmark",
      dependencies: [
        "APNs", "APNsCredentials", "Applications", "Delivery", "EventLoop", "NotificationModel",
      ],
      path: "Tests/APNsBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "DoorBenchmark",
      dependencies: [
        "APNsCredentials", "APNsProtocol", "ClientKeys", "EventLoop", "FrontDoor", "HTTP2Transport",
        "NotificationModel",
      ],
      path: "Tests/DoorBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "OutboxCrasher",
      dependencies: [
        "APNs", "APNsCredentials", "Applications", "Delivery", "EventLoop", "LosslessJSON",
        "NotificationModel", "Outbox",
      ],
      path: "Tests/OutboxCrasher", swiftSettings: strict),
    .executableTarget(
      name: "OutboxBenchmark",
      dependencies: [
        "APNs", "APNsCredentials", "Applications", "Delivery", "EventLoop", "NotificationModel", "Outbox",
      ],
      path: "Tests/OutboxBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "RegistryBenchmark",
      dependencies: [
        "Applications", "Composition", "Messaging", "Muting", "NotificationModel", "Presence",
        "PrometheusMetrics",
        "PushExtras", "Registry", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/RegistryBenchmark", swiftSettings: strict),
    // What is written for parsers of metrics: see Tests/Strangers/metrics.
    .executableTarget(
      name: "MetricsProbe", dependencies: ["APNs", "Pipeline", "PrometheusMetrics"],
      path: "Tests/MetricsProbe", swiftSettings: strict),
    .executableTarget(
      name: "CatalogBenchmark", dependencies: ["Localization", "StringCatalogs"],
      path: "Tests/CatalogBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "CatalogFuzzer", dependencies: ["Localization", "NotificationModel", "StringCatalogs"],
      path: "Tests/CatalogFuzzer",
      swiftSettings: strict),
    .executableTarget(
      name: "MessageFuzzer", dependencies: ["Composition", "NotificationModel", "PushExtras"],
      path: "Tests/MessageFuzzer", swiftSettings: strict),
    .executableTarget(
      name: "HTTP2Fuzzer", dependencies: ["HTTP2Testing", "HTTP2Transport", "NotificationModel"],
      path: "Tests/HTTP2Fuzzer",
      swiftSettings: strict),
    .executableTarget(
      name: "APIFuzzer",
      dependencies: [
        "APNsCredentials", "Applications", "ClientKeys", "FrontDoor", "NotificationModel", "Operations",
        "OutboxRecords",
        "Registry", "RESTInterface",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ], path: "Tests/APIFuzzer", swiftSettings: strict),
    .executableTarget(
      name: "CredentialFuzzer",
      dependencies: [
        "APNsCredentials", "Applications", "CCrypto", "ClientKeys", "CredentialSamples", "NotificationModel",
      ],
      path: "Tests/CredentialFuzzer", swiftSettings: strict),
  ]
}
