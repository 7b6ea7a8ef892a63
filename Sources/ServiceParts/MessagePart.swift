import Composition
import ConfigurationFiles
import FrontDoor
import Logging
import Messaging
import Notilua

/// The messages of a service: their texts, and their way into the run.
package struct MessagePart: Sendable {
  /// The messages.
  package let desk: MessageDesk
  private let composers: ComposerShelf
  private let taker: RunTaker
  private let run: RunAccess
  private let logger: Logger

  init(
    _ configuration: Configuration, _ parts: MessageDesk.Parts, _ taker: RunTaker, _ run: RunAccess,
    _ logger: Logger
  ) {
    var settings = MessageSettings()
    settings.keep = configuration.messages.keep
    desk = MessageDesk(parts, settings)
    (composers, self.taker, self.run, self.logger) = (parts.composers, taker, run, logger)
  }

  /// Pushes until the task is cancelled.
  func push() async {
    guard let intake = try? await run.intake() else { return }
    taker.connect(intake)
    await desk.run()
  }

  /// Reads the texts of messages again, where they can be read.
  package func reloadTexts(_ configuration: Configuration) {
    do throws(HostError) {
      let texts = try configuration.messageTexts()
      composers.replace(texts.own, other: texts.other)
    } catch {
      logger.error("\(error.message); the texts of messages from before are in force")
    }
  }
}
