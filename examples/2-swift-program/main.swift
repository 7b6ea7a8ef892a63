// Runs one of the shipped plugins on a payload: started in the repository, with notilua-worker beside it.

import Notilua

var configuration = Configuration()
configuration.plugins = [.init(path: "plugins/mask-digits")]
let processor = try NotificationProcessor(configuration)
let outcome = try await processor.process(#"{"aps":{"alert":"Code 123456"}}"#)
print(outcome.action, outcome.payload)
