// The sandboxed process that runs Lua. It is started by a host only: see WorkerProtocol for what they say to each other.
//
// It locks itself before it reads a byte of any plugin, and links neither Foundation nor anything that talks to a
// network. Arguments: address space, tick, overdue time, capacity of lines, sizes of catalogs and of time
// zones; or the word that has it describe what plugins can use.

import CProcessSandbox
import Glibc
import WorkerProtocol

if CommandLine.arguments.dropFirst().elementsEqual([PluginInterface.argument]) { Worker.describe() }
let numbers = CommandLine.arguments.dropFirst().compactMap { Int64($0) }
guard numbers.count == 6 else {
  let text = "notilua-worker: started by hand; it is a part of 'notilua run'\n"
  _ = text.withCString { write(2, $0, strlen($0)) }
  exit(64)
}
guard
  let worker = Worker(
    lineCapacity: Int(numbers[3]), stringsSize: Int(numbers[4]), zonesSize: Int(numbers[5]))
else {
  _exit(Int32(PS_EXIT_UNMAPPED))
}
worker.lock(addressSpace: UInt64(numbers[0]), tick: numbers[1], overdue: numbers[2])
worker.run()
