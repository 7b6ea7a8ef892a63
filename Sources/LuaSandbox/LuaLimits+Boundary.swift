import CLuaBoundary
import WorkerProtocol

extension LuaLimits {
  /// The limits as the boundary takes them.
  package var boundary: nl_limits {
    nl_limits(
      memory: memory, cpu: Self.nanoseconds(cpu), wall: Self.nanoseconds(wall), polls: polls,
      depth: Int32(depth), seed: seed)
  }
}
