import CommandLineTool

/// Where the program begins.
@main
struct Main {
  @MainActor
  static func main() async { await CommandLineTool.run() }
}
