import ConfigurationFiles
import Notilua

extension Configuration {
  /// Reads the configuration of a command that runs no plugins: the file of `--config`, else `./notilua.yaml`, if there is one.
  package init(ofCommand path: String?) throws(HostError) {
    if let path {
      try self.init(file: path)
    } else if PluginFolder.isFile("notilua.yaml") {
      try self.init(file: "notilua.yaml")
    } else {
      self.init()
    }
  }
}
