import FileReading
import Foundation
import Localization
import LosslessJSON
import NotificationModel

/// Puts texts into a file of a string catalog, of which all else stays byte for byte.
struct XCStringsEditor: ~Copyable {
  /// A part of the file that gives way to a text.
  private struct Edit {
    var range: Range<Int>
    var text: String
  }

  /// The levels of a catalog, by how many objects stand around what is in them.
  private enum Depth {
    static let key = 2
    static let member = 3
    static let language = 4
  }

  private var document = JSONDocument(depthLimit: 32, duplicateKeys: .keepLast)
  private let bytes: [UInt8]
  private var style = XCStringsWriter.Style()
  private var edits: [Edit] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the text of a catalog's file with the texts that were taken over.
  ///
  /// - Parameters:
  ///   - catalog: what the file says, with the texts that were taken over.
  ///   - taken: where those texts stand.
  /// - Throws: ``CatalogError`` where the file cannot be read.
  static func text(
    of catalog: StringCatalog, taken: [StringCatalog.TakenText]
  ) throws(CatalogError) -> String {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try InputFile.bytes(catalog.path, .catalog)
    } catch {
      throw CatalogError(error, catalog.path)
    }
    return String(decoding: try edited(bytes, catalog, taken), as: UTF8.self)
  }

  private static func edited(
    _ bytes: [UInt8], _ catalog: StringCatalog, _ taken: [StringCatalog.TakenText]
  ) throws(CatalogError) -> [UInt8] {
    let text = bytes.withoutMarks
    var editor = XCStringsEditor(text)
    guard editor.read(), editor.edit(catalog, taken) else {
      throw CatalogError(catalog.path, "it is no string catalog any more; import into it again")
    }
    return bytes.prefix(bytes.count - text.count) + editor.edited()
  }

  private mutating func read() -> Bool {
    bytes.withUnsafeBytes { text in
      do throws(JSONError) {
        try document.parse(text)
        return true
      } catch {
        return false
      }
    }
  }

  // MARK: Places

  /// A member of an object: its name, and where it begins and ends.
  private struct Member {
    var name: String
    var range: Range<Int>
    var value: NodeID
  }

  private func range(of node: NodeID) -> Range<Int> {
    let start = document.offset(of: node)
    return start..<start + document.rawText(of: node).count
  }

  private func members(_ object: NodeID) -> [Member] {
    var members: [Member] = []
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(object, &cursor) {
      members.append(
        Member(
          name: document.swiftString(of: key), range: document.offset(of: key)..<range(of: value).upperBound,
          value: value))
    }
    return members
  }

  /// The white space that the file has, by its first member.
  private func foundStyle() -> XCStringsWriter.Style {
    var style = XCStringsWriter.Style()
    var cursor: UInt64 = 0
    guard let (key, value) = document.nextMember(document.root, &cursor) else { return style }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    style.colon = text(range(of: key).upperBound..<document.offset(of: value))
    let start = text(document.offset(of: document.root) + 1..<document.offset(of: key))
    if let end = start.unicodeScalars.lastIndex(of: "\n") {
      style.newline = start.unicodeScalars.contains("\r") ? "\r\n" : "\n"
      style.indent = String(start.unicodeScalars[end...].dropFirst())
    } else {
      style.newline = ""
    }
    return style
  }

  // MARK: Changes

  private mutating func edit(_ catalog: StringCatalog, _ taken: [StringCatalog.TakenText]) -> Bool {
    guard let strings = document.member(document.root, "strings"), document.kind(of: strings) == .object
    else { return false }
    style = foundStyle()
    var languages: [[UInt8]: Set<String>] = [:]
    for text in taken { languages[Array(text.key.utf8), default: []].insert(text.language) }
    let keys = members(strings)
    let known = Dictionary(keys.map { (Array($0.name.utf8), $0.value) }) { $1 }
    var added: [StringCatalog.Entry] = []
    for entry in catalog.entries {
      guard let languages = languages[Array(entry.key.utf8)] else { continue }
      if let node = known[Array(entry.key.utf8)] {
        edit(node, entry.texts.filter { languages.contains($0.key) })
      } else {
        added.append(entry)
      }
    }
    // Xcode sorts keys as people do.
    add(
      added.map { ($0.key, XCStringsWriter.object($0)) }, to: strings, keys, depth: Depth.key,
      precedes: { $0.localizedStandardCompare($1) == .orderedAscending })
    return true
  }

  /// Puts the texts of one key into its object.
  private mutating func edit(_ entry: NodeID, _ texts: [String: LocalizedText]) {
    guard let localizations = document.member(entry, "localizations"),
      document.kind(of: localizations) == .object
    else {
      add(
        [("localizations", XCStringsWriter.object(texts))], to: entry, members(entry), depth: Depth.member,
        precedes: <)
      return
    }
    let languages = members(localizations)
    var added: [(String, XCStringsWriter.Object)] = []
    for (language, text) in texts.sorted(by: { $0.key < $1.key }) {
      let object = XCStringsWriter.object(text)
      let value = XCStringsWriter.text(object, depth: Depth.language, style)
      if let member = languages.last(where: { LanguageNames.areSame($0.name, language) }) {
        // A name that is no tag, such as sr@latin, gives way to the tag that it is read as; a tag stays as it is spelled.
        edits.append(
          LprojName.isTag(member.name)
            ? Edit(range: range(of: member.value), text: value)
            : Edit(range: member.range, text: XCStringsWriter.quoted(language) + style.colon + value))
      } else {
        added.append((language, object))
      }
    }
    add(added, to: localizations, languages, depth: Depth.language, precedes: <)
  }

  /// Adds members to an object, each behind the last of those that precede it.
  private mutating func add(
    _ added: [(name: String, object: XCStringsWriter.Object)], to object: NodeID, _ members: [Member],
    depth: Int,
    precedes: (String, String) -> Bool
  ) {
    let added = added.sorted { precedes($0.name, $1.name) }
    guard !added.isEmpty else { return }
    let texts = added.map { member in
      XCStringsWriter.quoted(member.name) + style.colon
        + XCStringsWriter.text(member.object, depth: depth, style)
    }
    guard let first = members.first else {
      let inside = texts.map { style.line(depth) + $0 }.joined(separator: ",")
      edits.append(Edit(range: range(of: object), text: "{" + inside + style.line(depth - 1) + "}"))
      return
    }
    for (member, text) in zip(added, texts) {
      if let last = members.last(where: { precedes($0.name, member.name) }) {
        let end = last.range.upperBound
        edits.append(Edit(range: end..<end, text: "," + style.line(depth) + text))
      } else {
        let start = first.range.lowerBound
        edits.append(Edit(range: start..<start, text: text + "," + style.line(depth)))
      }
    }
  }

  /// The bytes with all edits, which stand in each other nowhere.
  private func edited() -> [UInt8] {
    var edited: [UInt8] = []
    edited.reserveCapacity(bytes.count)
    var at = 0
    // Those in one place keep their order.
    for (_, edit) in edits.enumerated().sorted(by: {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }) {
      edited += bytes[at..<edit.range.lowerBound]
      edited += edit.text.utf8
      at = edit.range.upperBound
    }
    return edited + bytes[at...]
  }
}
