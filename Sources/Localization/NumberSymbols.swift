/// A language's way to write numbers: its digits, its signs, and its groups of digits.
///
/// CLDR's decimal format in the default numbering system of the locale (UTS 35 part 3, Number Elements).
package final class NumberSymbols: Sendable {
  private let decimal: [UInt8]
  private let group: [UInt8]
  private let minus: [UInt8]
  /// The digits, where they are not those of ASCII.
  private let digits: [[UInt8]]?
  /// The number of digits of the last group, and of those before it; 0 where nothing is grouped.
  private let lastGroup: Int
  private let otherGroups: Int
  /// The number of digits that the first group needs for a sign to be set behind it.
  private let leastFirstGroup: Int

  /// The format of a language, or of what it inherits from, as ``NumberData`` has it; the English one where CLDR knows
  /// neither.
  static func format(of tag: LanguageTag) -> Substring {
    let names = tag.chain.flatMap { tag in
      [tag.description, [tag.language, tag.script, tag.region].compactMap { $0 }.joined(separator: "-")]
    }
    return names.lazy.compactMap { formats[$0] }.first ?? "2E 2C 2D 30 3 3 1"
  }

  /// The symbols of a format.
  init(format: Substring) {
    let words = format.split(separator: " ")
    let signs = words.prefix(4).map { word in
      word.split(separator: "-").compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
    }
    func bytes(_ scalars: [Unicode.Scalar]) -> [UInt8] {
      scalars.flatMap { Array(UTF8.encode($0) ?? .init()) }
    }
    let sizes = words.dropFirst(4).compactMap { Int($0) }
    decimal = bytes(signs[0])
    group = bytes(signs[1])
    minus = bytes(signs[2])
    let zero = signs[3].first ?? "0"
    digits =
      zero == "0"
      ? nil : (0..<10).map { digit in Unicode.Scalar(zero.value + digit).map { bytes([$0]) } ?? [] }
    lastGroup = sizes[0]
    otherGroups = sizes[1]
    leastFirstGroup = sizes[2]
  }

  private static let formats: [String: Substring] = {
    var formats: [String: Substring] = [:]
    for set in NumberData.sets {
      for locale in set.locales.split(whereSeparator: \.isWhitespace) {
        formats[String(locale)] = set.format[...]
      }
    }
    return formats
  }()

  /// Appends a number that is written in ASCII: a sign, digits, and a fraction behind a point.
  ///
  /// - Parameter digitCount: how many digits it has before the point at least, with zeros before those that it has; nil
  ///   leaves it to the flag and the width.
  func append(
    _ number: UnsafeRawBufferPointer, flags: Specifier.Flags, width: Int, digitCount: Int? = nil,
    to output: inout [UInt8]
  ) {
    var whole = number[...]
    let isNegative = whole.first == 0x2D
    if isNegative || whole.first == 0x2B { whole = whole.dropFirst() }
    let point = whole.firstIndex(of: 0x2E) ?? whole.endIndex
    let start = output.count
    let count = point - whole.startIndex
    let sign: [UInt8] =
      isNegative ? minus : flags.contains(.plus) ? [0x2B] : flags.contains(.space) ? [0x20] : []
    output.append(contentsOf: sign)
    // Zeros that only fill up are not grouped, as C has it.
    let fill =
      digitCount.map { $0 - count }
      ?? (flags.contains(.zeros) && !flags.contains(.left) ? width - whole.count - (sign.isEmpty ? 0 : 1) : 0)
    for _ in 0..<max(fill, 0) { append(digit: 0x30, to: &output) }
    let isGrouped = lastGroup > 0 && count >= lastGroup + leastFirstGroup
    for (index, digit) in whole[..<point].enumerated() {
      let rest = count - index
      if isGrouped, index > 0,
        rest == lastGroup || rest > lastGroup && (rest - lastGroup).isMultiple(of: otherGroups)
      {
        output.append(contentsOf: group)
      }
      append(digit: digit, to: &output)
    }
    if point < whole.endIndex {
      output.append(contentsOf: decimal)
      for digit in whole[(point + 1)...] { append(digit: digit, to: &output) }
    }
    output.pad(from: start, flags: flags, width: width)
  }

  private func append(digit: UInt8, to output: inout [UInt8]) {
    guard let digits, (0x30...0x39).contains(digit) else {
      output.append(digit)
      return
    }
    output.append(contentsOf: digits[Int(digit - 0x30)])
  }
}

extension [UInt8] {
  /// Fills up what was appended since `start` with spaces, to a number of characters.
  mutating func pad(from start: Int, flags: Specifier.Flags, width: Int) {
    guard width > 0 else { return }
    let length = self[start...].count { !UTF8.isContinuation($0) }
    guard length < width else { return }
    let spaces = repeatElement(UInt8(0x20), count: width - length)
    insert(contentsOf: spaces, at: flags.contains(.left) ? count : start)
  }
}
