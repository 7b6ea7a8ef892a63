import DeliveryTesting
import NotificationModel
import Presentation
import Testing

/// A payload as it is presented with one text in its catalog.
enum PresentedSample {
  struct Texts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? {
      key == "GREETING" ? "\(languages.first ?? "-"): hello \(arguments.joined(separator: ","))" : nil
    }
  }

  static func present(
    _ json: String, _ rules: PresentationRules = .init()
  ) throws -> NotificationPresentation {
    NotificationPresentation(try #require(NotificationSample.read(json)), rules: rules, texts: Texts())
  }
}
