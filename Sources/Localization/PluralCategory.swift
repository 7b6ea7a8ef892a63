/// The forms that languages have for numbers of things: CLDR's categories.
package enum PluralCategory: String, CaseIterable, Sendable {
  case zero
  case one
  case two
  case few
  case many
  case other
}
