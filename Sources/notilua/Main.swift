import CommandLineTool

/// The entry point of the program.
@main
struct Main {
  @MainActor
  static func main() async { await CommandLineTool.run() }
}
