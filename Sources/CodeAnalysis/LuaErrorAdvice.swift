import NotificationModel

/// The next step for an error in Lua's own words, which say what is wrong and not what to do.
///
/// Its causes are what people write who come from another language: `let`, `!=`, `// comments`, `"a" + "b"`.
package struct LuaErrorAdvice {
  /// The error without its place.
  private let problem: String
  /// The source up to the end of the line that the error names, and that line.
  private let before: [Substring]
  private let line: Substring
  /// The token that Lua stopped at.
  private let token: String
  /// The word before that token.
  private let wordBefore: String
  private let modules: [String]

  /// Reads an error.
  ///
  /// - Parameters:
  ///   - modules: the names that `require` knows.
  ///   - source: gives the text of the file that the error names.
  package init?(_ message: String, modules: [String], source: (_ path: String) -> [UInt8]?) {
    guard let place = Self.place(of: message) else { return nil }
    problem = String(message[place.end...])
    self.modules = modules
    let text = source(place.path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = text.split(separator: "\n", maxSplits: place.line, omittingEmptySubsequences: false)
    before = Array(lines.prefix(place.line))
    line = before.count == place.line ? before.last ?? "" : ""
    token = Self.behind(" near '", in: problem)?.dropLast().description ?? ""
    wordBefore = Self.word(before: token, in: before)
  }

  /// Splits "path:12: problem".
  private static func place(of message: String) -> (path: String, line: Int, end: String.Index)? {
    var start = message.startIndex
    while let range = message[start...].firstRange(of: ": ") {
      let head = message[..<range.lowerBound]
      if let colon = head.lastIndex(of: ":"), let line = Int(head[head.index(after: colon)...]), line > 0 {
        return (String(head[..<colon]), line, range.upperBound)
      }
      start = range.upperBound
    }
    return nil
  }

  private static func behind(_ mark: String, in text: String) -> Substring? {
    text.firstRange(of: mark).map { text[$0.upperBound...] }
  }

  /// The word before a token in the last line, or at the end of the line before: one that Lua does not have, if there is one.
  private static func word(before token: String, in lines: [Substring]) -> String {
    guard let line = lines.last, !token.isEmpty else { return "" }
    let found = line.ranges(of: token).prefix(100).map { range in
      let head = line[..<range.lowerBound]
      return lastWord(head.allSatisfy(\.isWhitespace) ? lines.dropLast().last ?? "" : head)
    }
    return found.first { words[$0] != nil } ?? ""
  }

  /// The word that a text ends with, blanks aside.
  private static func lastWord(_ text: Substring) -> String {
    let backwards = text.reversed().drop { $0.isWhitespace }
    return String(backwards.prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
  }

  /// The next step, or nil where the error says it or none is known.
  package var text: String? {
    problem.contains(" near ") || problem.hasPrefix("no visible label") ? syntaxStep : runTimeStep
  }

  // MARK: Syntax

  private static let words: [String: String] = {
    let local = "write 'local name = value'"
    let function = "write 'function name(…) … end'"
    let module = "write 'local words = require \"words\"' for the file words.lua"
    let failure = "write 'local isGood, problem = pcall(function() … end)'"
    return [
      "let": local, "var": local, "const": local, "val": local, "int": local, "auto": local,
      "def": function, "func": function, "fn": function, "fun": function, "sub": function,
      "async": "a handler runs to its end; leave it out", "await": "a handler runs to its end; leave it out",
      "import": module, "from": module, "include": module, "using": module,
      "export": "end the file with 'return plugin'", "extends": "write functions that take a table",
      "class": "write functions that take a table", "new": "a function makes a table: write name(…)",
      "elif": "write 'elseif … then'", "elsif": "write 'elseif … then'", "elseif": "write 'elseif … then'",
      "try": failure, "catch": failure, "except": failure, "finally": failure,
      "throw": "write 'error(\"what is wrong\")'", "raise": "write 'error(\"what is wrong\")'",
      "switch": "write 'if … then … elseif … then … end'", "case": "write 'if … then … elseif … then … end'",
      "continue": "write 'goto continue', and '::continue::' before the loop's end",
      "guard": "write 'if not … then return end'", "unless": "write 'if not … then … end'",
      "del": "assign nil", "delete": "assign nil", "pass": "leave it out",
      "end": "there is an 'end' too many",
      "begin": "write 'do … end'",
    ]
  }()

  /// The next step by what stands at the place, and by what was expected there.
  private var syntaxStep: String? {
    if let foreign = Self.words[wordBefore], problem.hasPrefix("syntax error") { return foreign }
    if problem.hasPrefix("no visible label 'continue'") {
      return "write '::continue::' before the 'end' of the loop"
    }
    if problem.hasPrefix("unfinished string") {
      return "end the text with its quote on the same line, or write it in [[ and ]]"
    }
    if problem.hasPrefix("invalid escape sequence"), token.hasSuffix("\\(") { return "join texts with '..'" }
    if problem.hasPrefix("malformed number") { return "names begin with a letter, and texts stand in quotes" }
    // Lua takes the colon for that of a method.
    if problem.hasPrefix("<name> expected") || problem.hasPrefix("function arguments expected"),
      let element = elementWithColon
    {
      return "write '\(element)' in a table"
    }
    return letterStep ?? operatorStep ?? blockStep
  }

  /// The next step for a character that Lua does not have at all: the token is one byte of it.
  private var letterStep: String? {
    guard token.hasPrefix("<\\"), let byte = UInt8(token.dropFirst(2).dropLast()) else { return nil }
    guard let scalar = line.unicodeScalars.first(where: { $0.value > 127 && "\($0)".utf8.first == byte })
    else { return nil }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    if let name = keyOutsideASCII(with: scalar) { return "write '[\"\(name)\"] = …'" }
    switch scalar {
    case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "«", "»":
      return "\(scalar) is a typographic quote; write \" or '"
    case "\u{2013}", "\u{2014}", "\u{2212}": return "\(name) is a dash of texts; write -"
    case "≠": return "write '~='"
    case "≤": return "write '<='"
    case "≥": return "write '>='"
    default:
      let isBlank = scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
      return isBlank
        ? "the line has \(name), which looks like a blank; write a usual one"
        : "\(scalar) (\(name)) stands outside of a text; names have letters of ASCII, digits and _"
    }
  }

  /// The name with a character that stands in a table in place of a key: `{ Jürgen = true }`.
  private func keyOutsideASCII(with scalar: Unicode.Scalar) -> Substring? {
    guard scalar.properties.isAlphabetic else { return nil }
    let names = line.matches(of: /(?:^|[{,])\s*([\p{L}\p{M}\p{N}_]+)\s*=(?!=)/)
    return names.map(\.output.1).first {
      $0.unicodeScalars.contains(scalar) && ($0.startIndex > line.startIndex || problem.hasPrefix("'}'"))
    }
  }

  /// The element that is written with a colon in a table, as Lua has it.
  private var elementWithColon: String? {
    guard problem.hasPrefix("<name> expected") || line.contains("{") else { return nil }
    let found = line.firstMatch(of: /(?:^|[{,])\s*([A-Za-z_]\w*)\s*:\s+("[^"\\]*"|'[^'\\]*'|[\w.]+)/)
    return found.flatMap { $0.output.2.utf8.count <= 40 ? "\($0.output.1) = \($0.output.2)" : nil }
  }

  private var operatorStep: String? {
    switch token {
    case "!": return line.contains("!=") ? "write '~='" : "write 'not'"
    case "&" where line.contains("&&"): return "write 'and'"
    case "|" where line.contains("||"): return "write 'or'"
    case "+", "-", "*", "/", "%", "..", "^", "//":
      if token == "//", problem.hasPrefix("unexpected") { return "a comment begins with '--'" }
      if line.contains("\(token)=") { return "write 'name = name \(token) value'" }
      if line.contains("\(token)\(token)") { return "write 'name = name \(token) 1'" }
    case "#" where problem.hasPrefix("unexpected"): return "a comment begins with '--'"
    case "`": return "write texts in quotes, and join them with '..'"
    case "?": return "write 'condition and value or other'"
    case "=" where line.contains("=>"): return "write 'function(…) return … end'"
    case "=" where line.contains("==="): return "write '=='"
    case "=" where problem.hasPrefix("'then'"): return "write '==' to compare"
    case ":":
      if problem.hasPrefix("'}'") { return "write 'name = value' in a table" }
      if problem.hasPrefix("'then'") {
        return "write 'then' in place of the colon, and 'end' behind the block"
      }
      if problem.hasPrefix("'do'") || problem.hasPrefix("'=' or 'in'") {
        return "write 'do' in place of the colon, and 'end' behind the block"
      }
      return "Lua has no types; leave out the colon and what follows it"
    default: break
    }
    return nil
  }

  private var blockStep: String? {
    if token == "{" || token == "}" {
      return "write 'then', 'do' or nothing in place of '{', and 'end' in place of '}'"
    }
    if problem.hasPrefix("'}' expected") {
      if let open = openingLine, open.firstMatch(of: /(?:\)|else|do)\s*\{\s*$/) != nil {
        return "write 'then' or 'do' in place of '{', and 'end' in place of '}'"
      }
      return "write a comma between the elements of a table"
    }
    if problem.hasPrefix("'end' expected") {
      let branch = before.lastIndex { $0.contains(/\belse\s+if\b/) }
      return branch.map { "line \($0 + 1) has 'else if', which needs an 'end' of its own; write 'elseif'" }
        ?? "an 'end' is missing; each if, for, while and function has one"
    }
    if problem.hasPrefix("<eof> expected") {
      return token == "end" ? "there is an 'end' too many" : "return is the last statement of a file or block"
    }
    if problem.hasPrefix("')' expected") { return "write the closing parenthesis, or the comma" }
    if problem.hasPrefix("'then' expected") { return "write 'if … then … end'" }
    if problem.hasPrefix("'=' expected") { return "a statement is an assignment or a call" }
    return nil
  }

  /// The line of the bracket that is not closed: "(to close '{' at line 3)".
  private var openingLine: Substring? {
    guard let end = Self.behind(" at line ", in: problem), let number = Int(end.prefix { $0.isNumber }) else {
      // Without a number it is the line itself.
      return line
    }
    // The message may be one of the plugin's own, with any number.
    return (1...before.count + 1).contains(number) ? before.dropFirst(number - 1).first : nil
  }

  // MARK: Running

  private var runTimeStep: String? {
    if problem.hasPrefix("attempt to ") { return attemptStep }
    if problem.hasPrefix("bad argument #1 to '"), problem.hasSuffix("got no value)"),
      let function = Self.behind("bad argument #1 to '", in: problem)?.prefix(while: { $0 != "'" }),
      line.contains(".\(function)("), !line.contains("string.\(function)(")
    {
      return "write 'text:\(function)(…)', with a colon"
    }
    if problem.contains("number has no integer representation") {
      return "write 'math.floor(number)'"
    }
    if problem.hasPrefix("malformed pattern ('('") { return "write '%(' for the sign" }
    if problem.hasPrefix("invalid use of '%' in replacement") { return "write '%%' for the sign" }
    if problem.hasPrefix("malformed pattern (')'") { return "write '%)' for the sign" }
    if problem.hasPrefix("malformed pattern (missing ']'") { return "write '%[' for the sign" }
    if problem.hasPrefix("module '") { return moduleStep }
    return nil
  }

  /// The next step for an operation on a value of a type that does not have it.
  private var attemptStep: String? {
    let isNil = problem.contains(" nil value") || problem.contains("with nil") || problem.contains("nil with")
    if problem.contains("(for iterator ") {
      return "write 'for index, value in ipairs(list)', or 'for key, value in pairs(table)'"
    }
    if problem.hasPrefix("attempt to index a nil value") {
      if line.contains(".decode(") { return "'decode' returns nil and a reason; look at both first" }
      return problem.contains("integer index")
        ? "a list begins at 1; test the element first, with 'if … then'"
        : "it is not there; test it first, with 'if … then'"
    }
    if problem.hasPrefix("attempt to index a boolean value") {
      return "it is true or false; a module ends with 'return' and its table"
    }
    if problem.hasPrefix("attempt to get length of a content value") { return "the text is content.body" }
    if problem.contains(" null value") || problem.contains("compare null with")
      || problem.hasSuffix(" with null")
    {
      return "JSON's null counts as true; test it first, with 'if value ~= notilua.null then … end'"
    }
    if problem.hasPrefix("attempt to index a ") { return nil }
    if problem.hasPrefix("attempt to call a ") {
      if isNil, let known = foreignMember { return known }
      return isNil ? "there is no function of that name" : "it is no function; leave out the parentheses"
    }
    if problem.hasPrefix("attempt to concatenate") {
      if problem.contains("integer index") {
        return "a list begins at 1; write '(list[index] or \"\")' where an element may be missing"
      }
      return isNil
        ? "write '(value or \"\")' where it may be missing"
        : "write 'tostring(value)', or the member that is a text"
    }
    if problem.hasPrefix("attempt to compare") {
      return isNil
        ? "write '(value or 0)' where it may be missing"
        : "compare values of one type, with 'tonumber(text)' or 'tostring(number)'"
    }
    if problem.contains("'string'") { return stringArithmeticStep }
    if problem.hasPrefix("attempt to perform arithmetic on") {
      return isNil ? "write '(value or 0)' where it may be missing" : "write 'tonumber(text)'"
    }
    return nil
  }

  /// The next step for arithmetic with a text: "attempt to add a 'number' with a 'string'".
  private var stringArithmeticStep: String? {
    if problem.hasPrefix("attempt to mod a 'string'") { return "write 'string.format(text, …)'" }
    if problem.hasPrefix("attempt to add a 'string' with a 'string'") { return "texts are joined with '..'" }
    if problem.hasSuffix("with a 'nil'") { return "it is not there; test it first, with 'if … then'" }
    let sides = problem.firstMatch(of: /^attempt to \w+ a '(?:string|number)' with a '(?:string|number)'/)
    return sides == nil ? nil : "write 'tonumber(text)'"
  }

  /// The advice on a function that other languages have as a member of a text or a list.
  private var foreignMember: String? {
    let name = (Self.behind("(field '", in: problem) ?? Self.behind("(method '", in: problem))?.dropLast(2)
    guard let name = name.map(String.init) else { return nil }
    return ForeignNames.advice(forMethod: name) ?? ForeignNames.advice(forMethod: name, of: "table")
  }

  private var moduleStep: String? {
    let name = Self.behind("module '", in: problem)?.prefix { $0 != "'" } ?? ""
    if name.hasSuffix(".lua") { return "leave out .lua" }
    if let known = ForeignNames.advice(for: String(name.prefix { $0 != "." })) { return known }
    return Suggestion.nearest(to: String(name), among: modules).map { "did you mean '\($0)'?" }
  }
}
