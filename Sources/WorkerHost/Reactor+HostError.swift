import ConfigurationFiles
import EventLoop

extension Reactor {
  /// Makes a loop with nothing to do.
  ///
  /// - Throws: ``HostError`` with the next step, where there are no descriptors left.
  package static func open() throws(HostError) -> Reactor {
    do throws(SystemError) {
      return try Reactor()
    } catch {
      throw HostError(.sandbox, KernelRefusal(error).text)
    }
  }
}
