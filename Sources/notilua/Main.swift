import CommandLineTool

/// Where the program begins.
@main
struct Main {
  static func main() async { await CommandLineTool.run() }
}
