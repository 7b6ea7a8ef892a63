/// The traits of a content extension: the keys of `NSExtensionAttributes`, in snake_case.
///
/// Source: Apple, "Customizing the appearance of notifications".
package struct ContentTraits: Sendable, Equatable {
  /// The categories that it presents, with capitals told from small letters.
  package var categories: [String] = []
  /// The height of the view by its width, while its content is not known: `UNNotificationExtensionInitialContentSizeRatio`.
  package var initialContentSizeRatio = 1.0
  /// A Boolean value that indicates whether the notification's own title, subtitle and body are left out.
  package var isDefaultContentHidden = false
  /// A Boolean value that indicates whether the view's title stands in the place of the app's name.
  package var overridesDefaultTitle = false
  /// A Boolean value that indicates whether the view has buttons and fields of its own.
  package var isUserInteractionEnabled = false

  /// Creates the traits of an extension for no category.
  package init() {}
}
