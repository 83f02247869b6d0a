import LodgeModel

extension QOMTypes {
  /// Whether QEMU is built with the object of a domain type.
  ///
  /// The words begin with the subject, such as `QEMU `, where they stand in a sentence.
  func testimony(on type: DomainType, by subject: String = "") -> Testimony {
    guard let object = Self.guestObject(for: type) else {
      return .shows("\(subject)needs no object for it", at: source.at())
    }
    return names.contains(object)
      ? .shows("\(subject)has \(object)", at: source.at(object))
      : .denies("\(subject)has no \(object)", at: source.at(object))
  }
}
