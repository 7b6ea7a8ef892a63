import LosslessJSON
import NotificationModel
import NotificationViews
import WorkerProtocol

extension Outcome {
  /// Adds what a content extension made, as the member `presentation` of the outcome form.
  mutating func add(_ made: PresentationAnswer.Made) {
    presentation = made
    var writer = JSONWriter(capacity: 1024)
    writer.raw(String(json.dropLast()))
    writer.key("presentation")
    made.write(to: &writer)
    writer.endObject()
    json = writer.text
  }
}

extension PresentationAnswer.Made {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("plugin", plugin)
    writer.key("initial_content_size_ratio")
    writer.raw(sizeRatio.description)
    writer.member("default_content_hidden", hidesDefaultContent)
    writer.member("overrides_default_title", overridesTitle)
    if let option { writer.member("response", option.rawValue) }
    writer.key("view")
    view.write(to: &writer)
    writer.endObject()
  }
}
