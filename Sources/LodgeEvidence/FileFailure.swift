/// A file of a root that is there but is not what it should be.
struct FileFailure: Error, Equatable, CustomStringConvertible {
  let file: String
  let reason: String

  /// Names a file and what is wrong with it.
  init(_ file: String, _ reason: String) { (self.file, self.reason) = (file, reason) }

  var description: String { "\(file): \(reason)" }
}

/// Puts a file's name before whatever is found to be wrong with it.
func explaining<Value>(
  _ file: String, _ read: () throws -> Value
) throws(FileFailure) -> Value {
  do {
    return try read()
  } catch {
    throw FileFailure(file, "\(error)")
  }
}
