import LosslessJSON
import NotificationModel

/// The thread and the category that related notifications share.
struct ThreadAndCategory {
  var thread = ""
  var category = ""

  init(_ payload: [UInt8]) {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let aps = document.member(document.root, "aps"), document.kind(of: aps) == .object
    else { return }
    thread = document.stringMember(aps, "thread-id") ?? ""
    category = document.stringMember(aps, "category") ?? ""
  }
}
