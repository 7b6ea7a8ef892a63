/// Makes a ``CompiledCatalog``.
///
/// Variations by device are decided here: a chain serves one kind of device.
package struct CatalogCompiler {
  /// A text that could not be compiled as it stands.
  package struct Problem: Sendable, Equatable {
    /// The key whose text it is.
    package var key: String
    /// The language of the text, as the catalog calls it.
    package var language: String
    /// The cause, without its place.
    package var message: String
  }

  /// The deepest nesting of substitutions.
  private static let depthLimit = 16

  private var problems: [Problem] = []
  private var bytes: [UInt8] = []
  private let device: String
  /// Forms that are compiled already, by the name of the variable and its argument.
  private var known: [String: UInt32] = [:]
  /// The variables that are being compiled, by which a circle shows.
  private var open: [String] = []
  private var key = ""
  private var language = ""
  /// The highest argument of the present text.
  private var argumentCount = 0

  private init(device: String) { self.device = device }

  /// The compiled form of a catalog, and what of it could not be taken as it stands.
  ///
  /// - Parameter device: whose variations are taken, by the names of string catalogs: `iphone`.
  package static func compile(
    _ catalog: StringCatalog, device: String
  ) -> (catalog: CompiledCatalog, problems: [Problem]) {
    var compiler = CatalogCompiler(device: device)
    compiler.bytes.reserveCapacity(1 << 16)
    compiler.add(catalog)
    return (CompiledCatalog(path: catalog.path, bytes: compiler.bytes), compiler.problems)
  }

  // MARK: Bytes

  private var end: UInt32 { UInt32(bytes.count) }

  private mutating func append(_ number: UInt32) {
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }

  /// Makes room for numbers, and gives the place of the first as a number of four bytes.
  private mutating func reserve(_ count: Int) -> Int {
    while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
    defer { bytes.append(contentsOf: repeatElement(0, count: 4 * count)) }
    return bytes.count / 4
  }

  private mutating func put(_ number: UInt32, at place: Int) {
    withUnsafeBytes(of: number) { source in
      bytes.withUnsafeMutableBytes { $0[(4 * place)..<(4 * place + 4)].copyBytes(from: source) }
    }
  }

  /// Adds a text, and gives its place and length.
  private mutating func add(_ text: String) -> (place: UInt32, count: UInt32) {
    let place = end
    bytes.append(contentsOf: text.utf8)
    return (place, end - place)
  }

  // MARK: Catalogs

  private mutating func add(_ catalog: StringCatalog) {
    let languages = catalog.languages
    var entries: [StringCatalog.Entry] = []
    var numbers: [[UInt8]: Int] = [:]
    for entry in catalog.entries {
      // A key that stands twice counts as it stands last.
      if let number = numbers[Array(entry.key.utf8)] {
        entries[number] = entry
      } else {
        numbers[Array(entry.key.utf8)] = entries.count
        entries.append(entry)
      }
    }
    let header = reserve(CompiledCatalog.headerSize / 4 + 3 * languages.count)
    let table = add(catalog.table)
    let path = add(catalog.path)
    let names = languages.map { add($0) }
    let slots = addKeys(entries)
    let keys = reserve(2 * entries.count)
    for (index, entry) in entries.enumerated() {
      let (place, count) = add(entry.key)
      put(place, at: keys + 2 * index)
      put(count, at: keys + 2 * index + 1)
    }
    let numbers32 =
      [table.place, table.count, path.place, path.count, UInt32(languages.count)]
      + [
        UInt32(languages.firstIndex(of: catalog.sourceLanguage) ?? 0), UInt32(entries.count),
        UInt32(slots.count), UInt32(4 * slots.place), UInt32(4 * keys),
      ]
    for (index, number) in numbers32.enumerated() { put(number, at: header + index) }
    for (index, language) in languages.enumerated() {
      // All that a language says lies together.
      let table = reserve(entries.count)
      let at = header + CompiledCatalog.headerSize / 4 + 3 * index
      put(names[index].place, at: at)
      put(names[index].count, at: at + 1)
      put(UInt32(4 * table), at: at + 2)
      self.language = language
      for (number, entry) in entries.enumerated() {
        guard let text = entry.text(in: language, source: catalog.sourceLanguage) else { continue }
        put(add(text, of: entry), at: table + number)
      }
    }
  }

  /// Adds the hash table of the keys.
  private mutating func addKeys(_ entries: [StringCatalog.Entry]) -> (place: Int, count: Int) {
    var count = 8
    while count < 2 * entries.count { count *= 2 }
    let place = reserve(2 * count)
    var isTaken = [Bool](repeating: false, count: count)
    for (index, entry) in entries.enumerated() {
      var key = entry.key
      let hash = key.withUTF8 { CompiledCatalog.hash(UnsafeRawBufferPointer($0)) }
      var slot = Int(hash) & (count - 1)
      while isTaken[slot] { slot = (slot + 1) & (count - 1) }
      isTaken[slot] = true
      put(hash, at: place + 2 * slot)
      put(UInt32(index + 1), at: place + 2 * slot + 1)
    }
    return (place, count)
  }

  // MARK: Texts

  private mutating func add(_ text: LocalizedText, of entry: StringCatalog.Entry) -> UInt32 {
    key = entry.key
    known.removeAll(keepingCapacity: true)
    argumentCount = 0
    let node = add(
      text.value, text.substitutions, firstArgument: 1, number: nil,
      selector: { [key] variation in
        let selector = Self.selector(of: variation, key: key)
        return (selector.argument, selector.precision)
      })
    let place = end
    bytes.append(UInt8(argumentCount))
    bytes.append(CompiledCatalog.Tag.node.rawValue)
    append(node)
    return place
  }

  /// The number that chooses among forms: the first argument that a number is asked of.
  ///
  /// A text whose forms are chosen by a number that none of them shows has it in its key.
  ///
  /// - Returns: the argument, the precision that it is shown with, and its specifier without the `%` and its place.
  package static func selector(
    of variation: TextVariation, key: String
  ) -> (argument: Int, precision: Int?, specifier: String) {
    // Of most languages `other`, the last, is the form that says all.
    for text in variation.units.reversed().map(\.value) + [key] {
      guard let first = FormatString(text).specifiers.first(where: \.isNumeric) else { continue }
      var source = (FormatString.isPlaced(first.source) ? first.source.drop { $0 != "$" } : first.source[...])
        .dropFirst()
      if source.first == "(" { source = source.drop { $0 != ")" }.dropFirst() }
      return (first.argument, first.conversion == .fixed ? first.precision : nil, String(source))
    }
    return (1, nil, "lld")
  }

  /// Adds a node, and gives its place.
  private mutating func add(
    _ variation: TextVariation, _ substitutions: [String: LocalizedText.Substitution], firstArgument: Int,
    number: Specifier?, selector: (TextVariation) -> (argument: Int, precision: Int?)
  ) -> UInt32 {
    switch variation {
    case .unit(let unit):
      return addMessage(unit.value, substitutions, firstArgument: firstArgument, number: number)
    case .device(let forms):
      guard let form = TextVariation.choice(of: forms, device: device) else {
        return addMessage("", [:], firstArgument: 1, number: nil)
      }
      return add(
        form, substitutions, firstArgument: firstArgument, number: number, selector: selector)
    case .width(let forms):
      // There is room for the longest.
      guard let form = forms.max(by: { $0.key < $1.key })?.value else {
        return addMessage("", [:], firstArgument: 1, number: nil)
      }
      return add(
        form, substitutions, firstArgument: firstArgument, number: number, selector: selector)
    case .plural(let forms):
      let (argument, precision) = selector(variation)
      argumentCount = max(argumentCount, argument)
      var places = [UInt32](repeating: 0, count: PluralCategory.allCases.count)
      for (index, category) in PluralCategory.allCases.enumerated() {
        guard let form = forms[category] else { continue }
        places[index] = add(
          form, substitutions, firstArgument: firstArgument, number: number, selector: selector)
      }
      if forms[.other] == nil {
        report("has no form 'other'; add it, since every language needs one")
        // Something is better than nothing.
        places[places.count - 1] =
          places.last { $0 != 0 } ?? addMessage("", [:], firstArgument: 1, number: nil)
      }
      let place = end
      bytes.append(CompiledCatalog.Tag.plural.rawValue)
      bytes.append(UInt8(argument))
      bytes.append(UInt8(precision ?? 255))
      for place in places { append(place) }
      return place
    }
  }

  private mutating func addMessage(
    _ text: String, _ substitutions: [String: LocalizedText.Substitution], firstArgument: Int,
    number: Specifier?
  ) -> UInt32 {
    let format = FormatString(text, firstArgument: firstArgument, hasNumber: number != nil)
    // Nodes that this one needs come before it.
    var nodes: [UInt32] = []
    for case .variable(let name, let argument, _) in format.parts {
      nodes.append(addVariable(name, argument, substitutions) ?? 0)
    }
    let place = end
    bytes.append(CompiledCatalog.Tag.message.rawValue)
    var next = nodes[...]
    for part in format.parts {
      switch part {
      case .text(let text): appendText(text)
      case .argument(let specifier): append(specifier)
      case .number: if let number { append(number) }
      case .variable(_, _, let source):
        let node = next.popFirst() ?? 0
        if node == 0 {
          appendText(source)
        } else {
          bytes.append(CompiledCatalog.Tag.node.rawValue)
          append(node)
        }
      }
    }
    bytes.append(CompiledCatalog.Tag.end.rawValue)
    return place
  }

  private mutating func appendText(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let piece = rest.prefix(0xFFFF)
      bytes.append(CompiledCatalog.Tag.text.rawValue)
      bytes.append(UInt8(piece.count & 0xFF))
      bytes.append(UInt8(piece.count >> 8))
      bytes.append(contentsOf: piece)
      rest = rest.dropFirst(piece.count)
    }
  }

  private mutating func append(_ specifier: Specifier) {
    argumentCount = max(argumentCount, specifier.argument)
    let source = Array(specifier.source.utf8.prefix(255))
    bytes.append(CompiledCatalog.Tag.argument.rawValue)
    bytes.append(contentsOf: [
      UInt8(specifier.argument), specifier.conversion.rawValue, specifier.flags.rawValue,
      UInt8(specifier.width), UInt8(specifier.precision ?? 255), UInt8(source.count),
    ])
    bytes.append(contentsOf: source)
  }

  /// Adds the forms of `%#@name@`; nil where there are none, or they contain themselves.
  private mutating func addVariable(
    _ name: String, _ place: Int, _ substitutions: [String: LocalizedText.Substitution]
  ) -> UInt32? {
    guard let substitution = substitutions[name] else {
      report("has no substitution for '%#@\(name)@'; add one of that name")
      return nil
    }
    guard !open.contains(name), open.count < Self.depthLimit else {
      report("has a substitution '\(name)' that contains itself; take '%#@\(name)@' out of its forms")
      return nil
    }
    let argument = substitution.argument ?? place
    guard (1...FormatString.argumentLimit).contains(argument) else {
      report(
        "has a substitution '\(name)' for argument \(argument); write one of 1 to \(FormatString.argumentLimit)"
      )
      return nil
    }
    let identity = "\(argument) \(name)"
    if let place = known[identity] { return place }
    open.append(name)
    defer { open.removeLast() }
    var number = FormatString("%\(substitution.specifier)").specifiers.first
    if number == nil {
      report(
        "has a substitution '\(name)' with the format specifier '\(substitution.specifier)'; write one such as 'lld'"
      )
      number = Specifier(argument: 1, conversion: .integer, source: "%arg")
    }
    number?.argument = argument
    number?.source = "%\(argument)$\(substitution.specifier)"
    let precision = number?.conversion == .fixed ? number?.precision : nil
    let node = add(
      substitution.value, substitutions, firstArgument: argument, number: number,
      selector: { _ in (argument, precision) })
    known[identity] = node
    return node
  }

  private mutating func report(_ message: String) {
    problems.append(Problem(key: key, language: language, message: message))
  }
}
