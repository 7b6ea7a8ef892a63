/// The cause of a reload.
package enum ReloadCause: String, Sendable {
  /// An order by hand: `notilua ctl reload`, or a request.
  case order
  /// SIGHUP, by which programs that rotate logs ask for files to be opened anew, too.
  case hangUp = "SIGHUP"
  /// A change of files.
  case files

  /// A Boolean value that indicates whether a person has asked for it.
  var isOrder: Bool { self == .order }
}
