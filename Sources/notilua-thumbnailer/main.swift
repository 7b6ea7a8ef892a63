// Decodes one picture, cuts and scales it, and writes its pixels: a process that has locked itself before it looks at a
// single byte of a stranger's file, so that what is wrong with the file, or with what reads it, costs a picture.
//
//     notilua-thumbnailer TYPE FRAME X Y WIDTH HEIGHT SIDE ORIENTATION < file > pixels

import CProcessSandbox
import Glibc

// One thread, and a signal handler that counts.
nonisolated(unsafe) var ticks = 0

let words = CommandLine.arguments
guard words.count == 9, let frame = Int(words[2]), let x = Double(words[3]), let y = Double(words[4]),
  let width = Double(words[5]), let height = Double(words[6]), let side = Int32(words[7]),
  let orientation = Int(words[8])
else { _exit(64) }
var note = ps_lock_note()
let options = ps_lock_options(
  address_space: 1 << 30, tick: 10_000_000, overdue: 1_000_000_000,
  on_tick: { _ in
    ticks += 1
    return ticks < 300
  })
guard ps_lock(options, &note) else { _exit(Int32(PS_EXIT_UNLOCKED)) }
var request = DecodeRequest(type: words[1], frame: frame, side: side)
request.part = (x, y, width, height)
request.orientation = orientation
guard let file = readAll(), let picture = request.decode(file) else { _exit(1) }
writeAll(picture)
_exit(0)
