/// A member that an answer lacks, or has in another form.
struct MissingMember: Error, Equatable, CustomStringConvertible {
  let name: String

  var description: String { "it has no usable \(name)" }
}

extension XMLRPCValue {
  /// - Throws: ``MissingMember`` where the member is absent or of another type.
  func required<Value>(
    _ name: String, _ read: (XMLRPCValue) -> Value?
  ) throws(MissingMember) -> Value {
    try read(self[name]).orMissing(name)
  }
}

extension Optional {
  /// - Throws: ``MissingMember`` for nil.
  func orMissing(_ name: String) throws(MissingMember) -> Wrapped {
    guard let self else { throw MissingMember(name: name) }
    return self
  }
}
