/// The meaning of a text, whatever its notation: by this, texts of two formats are compared.
///
/// A variable is known by where it is first named, and not by its name; `%arg` is the specifier that it stands for, and
/// each specifier has its place. States and comments do not count.
package struct TextMeaning: Equatable {
  private enum Part: Equatable {
    /// By bytes: to Swift, texts that look the same are equal.
    case text([UInt8])
    case argument(String)
    /// A variable, by its number.
    case variable(Int)
  }

  private indirect enum Node: Equatable {
    case message([Part])
    case plural(argument: Int, forms: [PluralCategory: Node])
    case device([String: Node])
    case width([Int: Node])
  }

  private let root: Node
  private let variables: [Node]

  /// The meaning of a text of a key.
  package init(_ text: LocalizedText, key: String) {
    if case .unit(let unit) = text.value, text.substitutions.isEmpty {
      // It is compared as it is written: to a device, `50%` is not `50%%`.
      root = .message([.text(Array(unit.value.utf8))])
      variables = []
    } else {
      var reading = Reading(substitutions: text.substitutions, key: key)
      root = reading.node(text.value)
      variables = reading.variables.compactMap { $0 }
    }
  }

  private struct Reading {
    /// The number that chose a form of a variable.
    struct Number {
      var argument: Int
      var specifier: String
    }

    let substitutions: [String: LocalizedText.Substitution]
    let key: String
    /// The variables in the order in which they are first named; nil while one is read.
    var variables: [Node?] = []
    private var known: [String: Int] = [:]

    init(substitutions: [String: LocalizedText.Substitution], key: String) {
      self.substitutions = substitutions
      self.key = key
    }

    mutating func node(_ variation: TextVariation, number: Number? = nil) -> Node {
      switch variation {
      case .unit(let unit): return message(unit.value, number)
      // Sorted, since variables are numbered as they come.
      case .device(let forms): return .device(nodes(forms, number))
      case .width(let forms): return .width(nodes(forms, number))
      case .plural(let forms):
        let argument = number?.argument ?? CatalogCompiler.selector(of: variation, key: key).argument
        var nodes: [PluralCategory: Node] = [:]
        for category in PluralCategory.allCases {
          nodes[category] = forms[category].map { node($0, number: number) }
        }
        return .plural(argument: argument, forms: nodes)
      }
    }

    private mutating func nodes<Name: Comparable>(
      _ forms: [Name: TextVariation], _ number: Number?
    ) -> [Name: Node] {
      var nodes: [Name: Node] = [:]
      for (name, form) in forms.sorted(by: { $0.key < $1.key }) { nodes[name] = node(form, number: number) }
      return nodes
    }

    private mutating func message(_ text: String, _ number: Number?) -> Node {
      let parts = FormatString(text, firstArgument: number?.argument ?? 1, hasNumber: number != nil).parts
      // Outside of variables, one that stands alone is the text: older formats have forms in variables only.
      if number == nil, parts.count == 1, case .variable(let name, let place, _) = parts[0],
        let substitution = substitutions[name]
      {
        return node(substitution.value, number: Self.number(substitution, place))
      }
      return .message(
        parts.map { part in
          switch part {
          case .text(let text): .text(Array(Self.inXML(text).utf8))
          case .argument(let specifier):
            .argument(FormatString.placed(specifier.source, at: specifier.argument))
          case .number: .argument(number.map { "%\($0.argument)$\($0.specifier)" } ?? "%arg")
          case .variable(let name, let place, let source):
            variable(name, place).map { .variable($0) } ?? .argument(source)
          }
        })
    }

    /// The number of a variable, whose forms are read when it is first named.
    private mutating func variable(_ name: String, _ place: Int) -> Int? {
      guard let substitution = substitutions[name] else { return nil }
      let number = Self.number(substitution, place)
      let identity = "\(number.argument) \(name)"
      if let index = known[identity] { return index }
      let index = variables.count
      known[identity] = index
      variables.append(nil)
      variables[index] = node(substitution.value, number: number)
      return index
    }

    private static func number(_ substitution: LocalizedText.Substitution, _ place: Int) -> Number {
      Number(argument: substitution.argument ?? place, specifier: substitution.specifier)
    }

    /// The text as a property list has it, which cannot say most control characters.
    private static func inXML(_ text: String) -> String {
      var written = ""
      for scalar in text.unicodeScalars {
        let isWritten = scalar.value >= 0x20 || ["\t", "\n", "\r"].contains(scalar)
        written.unicodeScalars.append(isWritten ? scalar : "\u{FFFD}")
      }
      return written
    }
  }
}
