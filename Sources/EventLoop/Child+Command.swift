extension Child {
  /// A program to start, with all that it gets of this process.
  package struct Command: Sendable {
    /// A stream that a child has.
    package enum Stream: Sendable, Equatable {
      /// This process' own of the same number.
      case inherited
      /// Nothing to read, and nowhere to write.
      case null
      /// A descriptor of this process.
      case descriptor(Int32)
      /// A pipe, whose other end ``Child`` has.
      case pipe
    }

    /// The path of the program.
    package var executable: String
    /// The arguments, without the program's own name.
    package var arguments: [String]
    /// The environment, which has nothing that is secret.
    package var environment: ChildEnvironment
    /// The child's descriptor 0.
    package var input = Stream.null
    /// The child's descriptor 1.
    package var output = Stream.null
    /// The child's descriptor 2.
    package var errors = Stream.inherited
    /// The descriptors of this process that become the child's 3, 4 and so on; one of -1 stays closed.
    package var others: [Int32] = []
    /// A Boolean value that indicates whether the child leads a group of its own, which the terminal's signals do not reach.
    package var hasOwnGroup = false

    /// Makes a value with no input and no output.
    package init(_ executable: String, _ arguments: [String] = [], environment: ChildEnvironment) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
    }

    /// Returns a command of the operator's, as the shell reads it.
    ///
    /// - Parameter variables: what is added to this process' environment without its secrets.
    package static func shell(_ text: String, adding variables: [String: String] = [:]) -> Command {
      Command("/bin/sh", ["-c", text], environment: .command(adding: variables))
    }
  }
}
