import ConfigurationFiles
import FileReading
import Foundation
import LosslessJSON
import NotificationModel
import NotificationViews
import Notilua
import WorkerProtocol
import Yams

extension TestCaseReader {
  func presenting(_ node: Node) throws(HostError) -> TestCase.Presenting {
    var presenting = TestCase.Presenting()
    for (key, value) in try reader.members(node, "present", ["view", "response", "media", "attachments"]) {
      switch key {
      case "view":
        let json = "{\"elements\":\(try self.value(value).text)}"
        do throws(NotificationView.Problem) {
          let viewReader = try ViewReader(Array(json.utf8))
          presenting.view = try viewReader.view(viewReader.root)
        } catch {
          throw reader.error(value, "view is no list of elements: \(error.message)")
        }
      case "response":
        presenting.call = try response(value)
      case "media":
        switch try reader.text(value, "media") {
        case "play": presenting.call = .mediaPlay
        case "pause": presenting.call = .mediaPause
        default: throw reader.error(value, "media is neither 'play' nor 'pause'")
        }
      default:
        _ = try reader.list(value, "attachments")
        presenting.attachments = Attachment.list(json: try self.value(value).text)
      }
    }
    return presenting
  }

  private func response(_ node: Node) throws(HostError) -> PresentationRequest.Call {
    var (action, text): (String, String?) = ("", nil)
    for (key, value) in try reader.members(node, "response", ["action_identifier", "user_text"]) {
      let word = try reader.text(value, key)
      if key == "user_text" { text = word } else { action = word }
    }
    if action.isEmpty {
      throw reader.error(node, "response has no action_identifier; name the action that was chosen")
    }
    return .didReceiveResponse(action: action, text: text)
  }
}
