/// A value that takes the place of a specifier.
package enum FormatArgument {
  /// There is none, or null.
  case missing
  case text(UnsafeRawBufferPointer)
  case integer(Int64)
  case number(Double)
  case boolean(Bool)
  /// A list or an object, as JSON.
  case structure(UnsafeRawBufferPointer)
}
