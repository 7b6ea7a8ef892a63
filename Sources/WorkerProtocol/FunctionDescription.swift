/// A function of `notilua` in words, for the manual, for editors and for what is said of wrong calls.
package struct FunctionDescription: Equatable, Sendable {
  /// A parameter or a result.
  package struct Parameter: Equatable, Sendable {
    package var name: String
    /// The type in the notation of LuaCATS; a `?` at its end says that it may be left out.
    package var type: String
    package var summary: String

    /// Makes a value from its parts.
    package init(_ name: String, _ type: String, _ summary: String) {
      self.name = name
      self.type = type
      self.summary = summary
    }
  }

  /// An expression in Lua, and an expression that it equals.
  package struct Example: Equatable, Sendable {
    package var expression: String
    package var result: String

    /// Makes a value from its parts.
    package init(_ expression: String, _ result: String) {
      self.expression = expression
      self.result = result
    }
  }

  /// The name behind `notilua.`; one that begins with `view.` is a function of the view that a handler is called with.
  package var name: String
  /// One line that stands alone.
  package var summary: String
  /// The behaviour at the edges.
  package var discussion: String
  package var parameters: [Parameter]
  /// The types of the results in the notation of LuaCATS, and what they are.
  package var returns: [Parameter]
  /// The capability that the operator must grant.
  package var capability: String?
  package var examples: [Example]

  /// Makes a value from its parts.
  package init(
    name: String, summary: String, discussion: String = "", parameters: [Parameter] = [],
    returns: [Parameter] = [], capability: String? = nil, examples: [Example] = []
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters
    self.returns = returns
    self.capability = capability
    self.examples = examples
  }

  /// The name as plugins write it.
  package var luaName: String { name == "print" || name.hasPrefix("view.") ? name : "notilua.\(name)" }
}

extension FunctionDescription {
  /// Writes the description behind others.
  func write(to writer: inout ByteWriter) {
    for text in [name, summary, discussion, capability ?? ""] { writer.write(text) }
    for list in [parameters, returns] {
      writer.write(UInt32(list.count))
      for entry in list { for text in [entry.name, entry.type, entry.summary] { writer.write(text) } }
    }
    writer.write(UInt32(examples.count))
    for example in examples { for text in [example.expression, example.result] { writer.write(text) } }
  }

  /// Reads a description.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      name: try reader.readText(), summary: try reader.readText(), discussion: try reader.readText(),
      parameters: [], returns: [], capability: nil, examples: [])
    let capability = try reader.readText()
    self.capability = capability.isEmpty ? nil : capability
    parameters = try Self.parameters(&reader)
    returns = try Self.parameters(&reader)
    for _ in 0..<(try reader.read(UInt32.self)) {
      examples.append(Example(try reader.readText(), try reader.readText()))
    }
  }

  private static func parameters(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> [Parameter] {
    var list: [Parameter] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      list.append(Parameter(try reader.readText(), try reader.readText(), try reader.readText()))
    }
    return list
  }
}
