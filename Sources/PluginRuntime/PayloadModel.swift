import CLuaBoundary
import LosslessJSON
import LuaSandbox
import NotificationModel
import WorkerProtocol

/// Lua's way into Swift: views of documents, the properties of `request` and `content`, host functions.
///
/// These functions run between two frames of C. They return a status, and C raises after they have returned.
package enum PayloadModel {
  /// The names that plugins use, by the numbers that the functions below have of them.
  package static let names = LuaNames(
    request: RequestProperty.all.map(\.rawValue), content: ContentProperty.all.map(\.name.description),
    notification: NotificationProperty.all.map(\.rawValue), response: ResponseProperty.all.map(\.rawValue),
    functions: HostFunction.all.map { ($0.name, $0.tables) })
  /// The same for cases that are written in Lua.
  package static let namesWithTests = LuaNames(
    request: RequestProperty.all.map(\.rawValue), content: ContentProperty.all.map(\.name.description),
    notification: NotificationProperty.all.map(\.rawValue), response: ResponseProperty.all.map(\.rawValue),
    functions: HostFunction.withTests.map { ($0.name, $0.tables) })

  /// Returns the functions below, as C calls them.
  package static func boundary() -> nl_model {
    nl_model(
      get_member: { PayloadModel.getMember($0, $1, $2, $3, $4, $5) },
      get_element: { PayloadModel.getElement($0, $1, $2, $3, $4, $5, $6) },
      count: { PayloadModel.count($0, $1, $2, $3) },
      next_member: { PayloadModel.nextMember($0, $1, $2, $3, $4, $5, $6) },
      text: { PayloadModel.text($0, $1, $2, $3, $4) },
      set_member: { PayloadModel.setMember($0, $1, $2, $3, $4, $5) },
      set_element: { PayloadModel.setElement($0, $1, $2, $3, $4, $5) },
      insert_element: { PayloadModel.insertElement($0, $1, $2, $3, $4, $5) },
      remove_element: { PayloadModel.removeElement($0, $1, $2, $3) },
      note_write: { PayloadModel.noteWrite($0, $1, $2, $3, $4) },
      get_property: { PayloadModel.getProperty($0, $1, $2, $3, $4) },
      explain_property: { PayloadModel.explainProperty($0, $1, $2, $3) },
      set_property: { PayloadModel.setProperty($0, $1, $2, $3) },
      set_request: { PayloadModel.setRequest($0, $1, $2, $3, $4) },
      call_host: { PayloadModel.callHost($0, $1, $2, $3, $4, $5, $6) })
  }

  // MARK: Finding things

  /// The properties by number, in memory that is never freed, so that finding one counts no references.
  nonisolated(unsafe) static let properties: UnsafePointer<ContentProperty> = {
    let list = UnsafeMutablePointer<ContentProperty>.allocate(capacity: ContentProperty.all.count)
    list.initialize(from: ContentProperty.all, count: ContentProperty.all.count)
    return UnsafePointer(list)
  }()

  /// The functions of `notilua` by number, in the same way.
  nonisolated(unsafe) static let functions: UnsafePointer<HostFunction> = {
    let all = HostFunction.withTests
    let list = UnsafeMutablePointer<HostFunction>.allocate(capacity: all.count)
    list.initialize(from: all, count: all.count)
    return UnsafePointer(list)
  }()

  @inline(__always)
  static func property(_ number: Int32) -> ContentProperty { properties[Int(number)] }

  @inline(__always)
  static func context(_ plugin: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<PluginContext> {
    // Every interpreter is made with its context.
    plugin.unsafelyUnwrapped.assumingMemoryBound(to: PluginContext.self)
  }

  @inline(__always)
  static func document(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document
  ) -> UnsafeMutablePointer<JSONDocument> {
    if document == NL_PAYLOAD, let call {
      let state = call.assumingMemoryBound(to: NotificationState.self)
      return documentPointer(state)
    }
    return document == NL_SETTINGS ? context(plugin).pointee.settings : context(plugin).pointee.scratch
  }

  /// A pointer to the document inside of a state, which stays where it is.
  @inline(__always)
  static func documentPointer(
    _ state: UnsafeMutablePointer<NotificationState>
  ) -> UnsafeMutablePointer<JSONDocument> {
    withUnsafeMutablePointer(to: &state.pointee.document) { $0 }
  }
}

extension NotificationState {
  /// Returns the identifier of the notification, made by its host's seed where the line has none.
  mutating func resolvedIdentifier() -> String {
    identity.resolved ?? identity.resolve(line.identifier(document))
  }
}
