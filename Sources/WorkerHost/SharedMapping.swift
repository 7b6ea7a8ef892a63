import CProcessSandbox
import ConfigurationFiles
import Glibc

/// Memory that this process shares with a worker, and the descriptor that the worker maps it by.
final class SharedMapping {
  let descriptor: Int32
  let start: UnsafeMutableRawPointer
  private let size: Int

  /// Maps memory, which the worker may write only where this process does not.
  init(_ size: Int, _ protection: Int32) throws(HostError) {
    var call: Int32 = 0
    let memory = ps_shared_memory(size, &call)
    guard memory >= 0 else { throw Self.failure(KernelRefusal(number: call)) }
    guard let start = mmap(nil, size, protection, MAP_SHARED, memory, 0), start != MAP_FAILED else {
      let refusal = KernelRefusal("mmap")
      close(memory)
      throw Self.failure(refusal)
    }
    guard ps_seal_shared_memory(memory, protection & PROT_WRITE != 0) else {
      let refusal = KernelRefusal("fcntl")
      munmap(start, size)
      close(memory)
      throw Self.failure(refusal)
    }
    descriptor = memory
    self.start = start
    self.size = size
  }

  deinit {
    munmap(start, size)
    close(descriptor)
  }

  private static func failure(_ refusal: KernelRefusal) -> HostError {
    HostError(.sandbox, "no memory to share with a worker: \(refusal.text)")
  }
}
