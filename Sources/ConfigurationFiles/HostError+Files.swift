import FileReading

/// Reads a whole file.
///
/// - Throws: ``HostError`` that names the path, where it cannot be read, is no file of this form, or has more than the
///   limit.
package func readFile(
  _ path: String, _ limit: ReadingLimit, form: InputFile.Form = .file, status: HostError.Status = .plugins
) throws(HostError) -> [UInt8] {
  do throws(FileProblem) {
    return try InputFile.bytes(path, limit, form: form)
  } catch {
    throw HostError(status, error.message(path))
  }
}

/// Reads the standard input to its end.
///
/// - Throws: ``HostError`` where it cannot be read or has more than the limit.
package func readStandardInput(_ limit: ReadingLimit) throws(HostError) -> [UInt8] {
  do throws(FileProblem) {
    return try InputFile.bytes(of: 0, limit)
  } catch {
    throw HostError(.noInput, error.message("stdin"))
  }
}
