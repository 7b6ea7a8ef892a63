import Notilua
import Outbox

extension OutboxOptions {
  /// The chain of the configuration.
  init(_ configuration: Configuration.Outbox) {
    self.init()
    sizeLimit = configuration.size
    freeLimit = configuration.free
    keepsFor = configuration.keep
    keepsDeadFor = configuration.keepDead
    keepsSentFor = configuration.recallFor
    switch configuration.recall {
    case "replace": recallOfSent = .replace(text: configuration.recallText)
    case "remove": recallOfSent = .background
    default: recallOfSent = .nothing
    }
  }
}
