import CLuaBoundary
import LuaSandbox
import Testing
import WorkerProtocol

/// A limit has one description, whether the host writes it or the boundary does.
struct LuaLimitsTests {
  private static let samples = [
    LuaLimits(), LuaLimits(memory: 1, cpu: .milliseconds(1), wall: .milliseconds(1500)),
    LuaLimits(memory: (1 << 20) + 1, cpu: .microseconds(1), wall: .nanoseconds(1_999_999)),
    LuaLimits(memory: .max, cpu: .seconds(1 << 40), wall: .seconds(Int64.max)),
    LuaLimits(memory: 0, cpu: .zero, wall: .seconds(3600)),
  ]

  @Test(arguments: samples.indices)
  func describesLimitsAsTheBoundaryDoes(_ index: Int) {
    let limits = Self.samples[index]
    let kinds: [(LuaLimits.Limit, nl_limit)] = [
      (.memory, NL_LIMIT_MEMORY), (.cpu, NL_LIMIT_CPU), (.wall, NL_LIMIT_WALL),
    ]
    for (limit, kind) in kinds {
      var text = [CChar](repeating: 0, count: 64)
      let count = nl_describe_limit(limits.boundary, kind, &text, text.count)
      let boundary = String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      #expect(limits.description(of: limit) == boundary)
    }
  }
}
