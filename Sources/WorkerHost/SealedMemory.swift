import CProcessSandbox
import ConfigurationFiles
import Glibc

/// Bytes that no one can change and all workers read.
final class SealedMemory {
  /// -1 where there are no bytes.
  let descriptor: Int32
  let size: Int

  /// - Parameter subject: what the bytes are, for messages.
  init(_ bytes: [UInt8], subject: String) throws(HostError) {
    size = bytes.count
    var call: Int32 = 0
    descriptor = bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { bytes.isEmpty ? -1 : ps_sealed_memory($0, bytes.count, &call) } ?? -1
    }
    guard size == 0 || descriptor >= 0 else {
      throw HostError(
        .sandbox, "no memory to share \(subject) with a worker: \(KernelRefusal(number: call).text)")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
