import NotificationModel
import NotificationViews

/// The answer of a content extension to one request, as the worker says it.
package struct PresentationAnswer: Sendable, Equatable {
  /// The view that a content extension has built, with the traits of its plugin.
  package struct Made: Sendable, Equatable {
    /// The name of the plugin.
    package var plugin: String
    /// The height of the view by its width, while its content is not known.
    package var sizeRatio = 1.0
    /// A Boolean value that indicates whether title, subtitle and body are left out.
    package var hidesDefaultContent = false
    /// A Boolean value that indicates whether the view's title stands in the place of the app's name.
    package var overridesTitle = false
    /// The decision about a response; nil where there is none.
    package var option: ResponseOption?
    /// The view.
    package var view = NotificationView()

    /// Makes an empty view of a plugin.
    package init(plugin: String) { self.plugin = plugin }
  }

  /// A line that the plugin has logged.
  package struct LogLine: Sendable, Equatable {
    /// The name of the plugin.
    package var plugin: String
    /// The level: debug, info, warn or error.
    package var level: String
    /// The text.
    package var text: String

    /// Makes a line of a log.
    package init(plugin: String, level: String, text: String) {
      self.plugin = plugin
      self.level = level
      self.text = text
    }
  }

  /// Nil where no plugin presents the category.
  package var made: Made?
  /// The failures of plugins.
  package var faults: [Fault] = []
  /// The lines that plugins have logged, in order.
  package var log: [LogLine] = []

  /// Makes the answer where no plugin presents the category.
  package init() {}

  /// The height of a view by its width, from a strip to a column.
  package static let sizeRatios = 0.05...10.0
  /// The most faults and log lines that a host accepts, beyond what a worker of ours writes.
  static let faultLimit = 256
  static let logLimit = 256
  /// The most bytes of an answer: a view with its texts, and faults and log lines of limited size.
  package static let sizeLimit = 4 << 20
  /// The most bytes of the text of a fault or a log line, which is cut there.
  private static let textLimit = ResultLimits.note

  // MARK: Bytes

  /// The answer as bytes.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(optional: made) { $1.write(to: &$0) }
    writer.write(Array(faults.prefix(Self.faultLimit))) { $1.write(to: &$0) }
    writer.write(Array(log.prefix(Self.logLimit))) { writer, line in
      for text in [line.plugin, line.level, line.text] { writer.write(text) }
    }
    return writer.bytes
  }

  /// Reads an answer; throws where it is none that a worker of ours writes.
  ///
  /// - Parameter plugins: the names of the plugins that the worker has.
  package init(_ bytes: [UInt8], plugins: Set<String>) throws(ByteReader.Truncated) {
    var reader = ByteReader(bytes)
    made = try reader.readOptional { reader throws(ByteReader.Truncated) in try Made(&reader) }
    faults = try reader.readList(limit: Self.faultLimit) { reader throws(ByteReader.Truncated) in
      try Fault(&reader)
    }
    log = try reader.readList(limit: Self.logLimit) { reader throws(ByteReader.Truncated) in
      LogLine(
        plugin: try reader.readText(), level: try reader.readText(),
        text: try reader.readText().cut(to: Self.textLimit))
    }
    let named = [made?.plugin].compactMap(\.self) + faults.map(\.plugin) + log.map(\.plugin)
    guard reader.isAtEnd, named.allSatisfy(plugins.contains),
      log.allSatisfy({ ["debug", "info", "warn", "error"].contains($0.level) })
    else { throw .init() }
  }
}

extension PresentationAnswer.Made {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(plugin)
    writer.write(sizeRatio)
    writer.write(hidesDefaultContent)
    writer.write(overridesTitle)
    writer.write(optional: option) { $0.write(place: $1) }
    view.write(to: &writer)
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    plugin = try reader.readText()
    sizeRatio = try reader.readDouble(in: PresentationAnswer.sizeRatios)
    hidesDefaultContent = try reader.readFlag()
    overridesTitle = try reader.readFlag()
    option = try reader.readOptional { reader throws(ByteReader.Truncated) in
      try reader.readCase(ResponseOption.self)
    }
    view = try NotificationView(&reader)
  }
}

extension Fault {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(plugin)
    writer.write(place: kind)
    writer.write(message.cut(to: ResultLimits.note))
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      plugin: try reader.readText(), kind: try reader.readCase(Kind.self),
      message: try reader.readText().cut(to: ResultLimits.note))
  }
}
