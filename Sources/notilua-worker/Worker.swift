import CLuaBoundary
import CProcessSandbox
import Digests
import Glibc
import Localization
import NotificationModel
import PluginRuntime
import TimeZones
import WorkerProtocol

/// Reads frames, runs batches and writes frames, until its input ends.
struct Worker {
  private let layout: SharedLayout
  private let requests: UnsafeRawPointer
  private let results: UnsafeMutableRawPointer
  /// The catalogs of the plugins.
  private let strings: UnsafeRawBufferPointer
  private let zones: UnsafeRawBufferPointer

  /// Maps the memory that the host shares as descriptors 3 to 6; nil where it does not.
  init?(lineCapacity: Int, stringsSize: Int, zonesSize: Int) {
    layout = SharedLayout(lineCapacity: lineCapacity)
    guard let requests = mmap(nil, layout.requestsSize, PROT_READ, MAP_SHARED, 3, 0), requests != MAP_FAILED,
      let results = mmap(nil, layout.resultsSize, PROT_READ | PROT_WRITE, MAP_SHARED, 4, 0),
      results != MAP_FAILED
    else { return nil }
    self.requests = UnsafeRawPointer(requests)
    self.results = results
    // What an earlier worker left there is not of this one.
    results.storeBytes(of: WorkerLock(), toByteOffset: SharedLayout.lockOffset, as: WorkerLock.self)
    results.storeBytes(of: 0, toByteOffset: SharedLayout.placeOffset, as: UInt64.self)
    guard let strings = Self.sealedMemory(5, stringsSize), let zones = Self.sealedMemory(6, zonesSize) else {
      return nil
    }
    self.strings = strings
    self.zones = zones
  }

  /// Maps memory that the host has sealed; empty where there is none, and nil where it cannot be mapped.
  private static func sealedMemory(_ descriptor: Int32, _ size: Int) -> UnsafeRawBufferPointer? {
    guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    // Older kernels refuse to share what is sealed against writing. Pages that nobody writes are shared all the same.
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    return UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Locks the process; what needs a file or a random number is done before.
  func lock(addressSpace: UInt64, tick: Int64, overdue: Int64) {
    Digest.prepare()
    tzset()
    // Reads the zone's file now, and never again while TZ stays the same.
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    let options = ps_lock_options(
      address_space: addressSpace, tick: tick, overdue: overdue,
      on_tick: { period in nl_tick(period) == NL_TICK_WITHIN_LIMIT })
    let note = (results + SharedLayout.lockOffset).bindMemory(to: ps_lock_note.self, capacity: 1)
    nl_keep_overdue_place(
      (results + SharedLayout.placeOffset).bindMemory(to: nl_place.self, capacity: 1))
    guard ps_lock(options, note) else { _exit(Int32(PS_EXIT_UNLOCKED)) }
  }

  /// Writes what plugins can use, and ends.
  static func describe() -> Never {
    PluginInterface.current.body.withUnsafeBytes { writeAll($0) }
    _exit(0)
  }

  // MARK: Frames

  func run() -> Never {
    guard let first = readFrame(), first.frame.kind == .configure,
      let configuration = try? WorkerConfiguration(body: first.body)
    else { fail() }
    var runner = start(configuration)
    // Batches that came while one waited for answers.
    var waiting: [Frame] = []
    while true {
      if !waiting.isEmpty {
        runBatch(waiting.removeFirst(), runner, &waiting)
        continue
      }
      guard let (frame, body) = readFrame() else { break }
      switch frame.kind {
      case .batch, .pushes, .present: runBatch(frame, runner, &waiting)
      case .answer: take(frame.id, body, runner)
      case .configure:
        guard let configuration = try? WorkerConfiguration(body: body) else { fail() }
        runner = start(configuration)
      case .countLines:
        let body = ChunkCoverage.body(runner.chain.plugins.flatMap { $0.chunkCoverage() })
        write(Frame(.lineCounts, count: body.count), [body])
      case .checkCode:
        let plugins = runner.chain.plugins
        let body = CodeFinding.body(
          plugins.flatMap { $0.codeFindings() }, paths: plugins.flatMap { $0.definition.chunks.map(\.path) })
        write(Frame(.codeFindings, count: body.count), [body])
      default: fail()
      }
    }
    _exit(0)
  }

  private func fail() -> Never { _exit(Int32(PS_EXIT_PROTOCOL)) }

  /// Loads the plugins and says what became of them.
  private func start(_ configuration: WorkerConfiguration) -> BatchRunner {
    var plugins: [Plugin] = []
    var seeds = RandomSource(seed: configuration.seed)
    let progress = results.bindMemory(to: WorkerProgress.self, capacity: 1)
    progress.pointee = .idle
    let localizer = strings.isEmpty ? nil : Localizer(strings)
    let zones = ZoneTable(zones)
    for (index, definition) in configuration.plugins.enumerated() {
      progress.pointee.plugin = UInt32(index + 1)
      guard
        let plugin = try? Plugin(
          definition: definition, seed: seeds.next(), localizer: localizer, zones: zones)
      else { fail() }
      plugins.append(plugin)
    }
    progress.pointee = .idle
    let version = results.load(fromByteOffset: SharedLayout.lockOffset, as: WorkerLock.self).landlock
    let body = PluginReport.body(plugins.map { PluginReport($0) }, landlock: version)
    write(Frame(.loaded, count: body.count), [body])
    let chain = Chain(
      plugins: plugins, depthLimit: configuration.options.depthLimit, zones: zones)
    withUnsafeMutablePointer(to: &progress.pointee.plugin) { chain.progress = $0 }
    let runner = BatchRunner(chain: chain, options: configuration.options)
    runner.progress = progress
    runner.onRequest = { ticket, plugin, request in
      let body = request.body(plugin: plugin)
      self.write(Frame(.capability, id: ticket, count: body.count), [body])
    }
    return runner
  }

  /// Runs the batch in the slot that its frame names.
  private func runBatch(_ frame: Frame, _ runner: BatchRunner, _ waiting: inout [Frame]) {
    let id = frame.id
    guard id < UInt64(SharedLayout.slots) else { fail() }
    let slot = Int(id)
    let base = requests + slot * layout.requestSlotSize
    let header = base.loadUnaligned(as: BatchHeader.self)
    guard Int(header.items) <= SharedLayout.itemLimit, header.first <= header.items,
      Int(header.presumedFaults) <= SharedLayout.faultLimit
    else { fail() }
    var presumed: [Int: [Int: Pass.PresumedFault]] = [:]
    for index in 0..<Int(header.presumedFaults) {
      let record = (base + SharedLayout.faultsOffset).loadUnaligned(
        fromByteOffset: index * MemoryLayout<PresumedFaultRecord>.stride, as: PresumedFaultRecord.self)
      let definition =
        runner.chain.plugins.indices.contains(Int(record.plugin))
        ? runner.chain.plugins[Int(record.plugin)].definition : nil
      presumed[Int(record.item), default: [:]][Int(record.plugin)] = Pass.PresumedFault(record, definition)
    }
    runner.progress?.pointee.batch = id
    runner.begin(
      quarantined: header.quarantined, identifiers: header.identifiers, isOfApp: frame.kind == .pushes)
    let items = (base + SharedLayout.itemsOffset).assumingMemoryBound(to: BatchItem.self)
    let lines = base + SharedLayout.linesOffset
    var sentAt = Self.now()
    for index in Int(header.first)..<Int(header.items) {
      // Results do not wait for what is slow, large or deadly.
      if runner.hasResults,
        index == header.caution || header.isStepwise == 1 || runner.resultSize > SharedLayout.partSize
          || Self.now() - sentAt > Self.patience
      {
        while runner.suspendedCount > 0 { takeFrame(runner, &waiting) }
        runner.progress?.pointee = .idle
        sendResults(id, runner)
        runner.clearResults()
        runner.progress?.pointee.batch = id
        sentAt = Self.now()
      }
      while runner.isFull { takeFrame(runner, &waiting) }
      let item = items[index]
      guard Int(item.offset) + Int(item.count) <= layout.lineCapacity else { fail() }
      let bytes = UnsafeRawBufferPointer(start: lines + Int(item.offset), count: Int(item.count))
      let faults = presumed.isEmpty ? [:] : presumed[index] ?? [:]
      switch frame.kind {
      case .pushes: runner.push(item: index, bytes, receivedAt: header.receivedAt, presumed: faults)
      case .present: runner.present(item: index, bytes, receivedAt: header.receivedAt, presumed: faults)
      default: runner.run(item: index, bytes, receivedAt: header.receivedAt, presumed: faults)
      }
    }
    while runner.suspendedCount > 0 { takeFrame(runner, &waiting) }
    // From here on a death is no line's fault.
    runner.progress?.pointee = .idle
    writeResults(id, slot, runner)
  }

  /// Waits for an answer; a batch that comes before it has to wait.
  private func takeFrame(_ runner: BatchRunner, _ waiting: inout [Frame]) {
    guard let (frame, body) = readFrame() else { _exit(0) }
    switch frame.kind {
    case .answer: take(frame.id, body, runner)
    case .batch, .pushes, .present: waiting.append(frame)
    default: fail()
    }
  }

  private func take(_ ticket: UInt64, _ body: [UInt8], _ runner: BatchRunner) {
    guard let answer = try? CapabilityAnswer(body: body) else { fail() }
    runner.answer(ticket, answer)
  }

  /// The longest time that results of a batch are kept before they are sent, in nanoseconds.
  private static let patience: Int64 = 20_000_000

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Sends results through the pipe.
  private func sendResults(_ id: UInt64, _ runner: BatchRunner) {
    runner.withResults { header, sections in
      writeAll(Frame(.results, id: id, count: header.bodyCount).header)
      for section in sections { writeAll(section) }
    }
  }

  /// Puts the last results of a batch where the host reads them: in shared memory, or in the pipe where they do not fit.
  private func writeResults(_ id: UInt64, _ slot: Int, _ runner: BatchRunner) {
    runner.withResults { header, sections in
      let count = header.bodyCount
      if count > layout.resultSlotSize {
        writeAll(Frame(.results, id: id, count: count).header)
        for section in sections { writeAll(section) }
        return
      }
      var target = results + SharedLayout.resultsOffset + slot * layout.resultSlotSize
      for section in sections {
        if let start = section.baseAddress { target.copyMemory(from: start, byteCount: section.count) }
        target += section.count
      }
      writeAll(Frame(.results, id: id, count: count, isShared: true).header)
    }
  }

  // MARK: Bytes

  private func readFrame() -> (frame: Frame, body: [UInt8])? {
    guard let header = readAll(Frame.headerSize) else { return nil }
    guard let frame = header.withUnsafeBytes({ Frame(header: $0) }) else { fail() }
    if frame.count == 0 || frame.isShared { return (frame, []) }
    guard let body = readAll(frame.count) else { return nil }
    return (frame, body)
  }

  /// Reads `count` bytes, or nil at the end of the input.
  private func readAll(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(0, $0.baseAddress.unsafelyUnwrapped + filled, count - filled)
      }
      if got > 0 {
        filled += got
      } else if got == 0 || errno != EINTR {
        return nil
      }
    }
    return bytes
  }

  private func write(_ frame: Frame, _ parts: [[UInt8]]) {
    writeAll(frame.header)
    for part in parts { writeAll(part) }
  }

  private func writeAll(_ bytes: [UInt8]) { bytes.withUnsafeBytes { Self.writeAll($0) } }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) { Self.writeAll(bytes) }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let put = Glibc.write(1, start, rest.count)
      if put > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[put...])
      } else if put < 0, errno != EINTR {
        // The host is gone, and so is the reason to be.
        _exit(0)
      }
    }
  }
}

extension Pass.PresumedFault {
  /// Makes the fault of an earlier worker, which says where it was and of what limit, as far as that is known.
  init(_ record: PresumedFaultRecord, _ definition: PluginDefinition?) {
    var place = ""
    if record.line > 0, let chunks = definition?.chunks, chunks.indices.contains(Int(record.chunk)) {
      place = "\(chunks[Int(record.chunk)].path):\(record.line): "
    }
    func timeout(_ limit: LuaLimits.Limit) -> Self {
      let value = definition.map { " (\($0.limits.description(of: limit)))" } ?? ""
      return Self(kind: .timeout, message: "\(place)ran out of time\(value) and could not be interrupted")
    }
    switch PresumedFaultRecord.Kind(rawValue: record.kind) {
    case .cpu: self = timeout(.cpu)
    case .wall: self = timeout(.wall)
    case .crash, nil: self.init(kind: .crash, message: "\(place)the worker died while the plugin ran")
    }
  }
}
