import LodgeModel

extension QOMTypes {
  /// The properties of an object that a user can set, with their QOM types.
  ///
  /// - Throws: `MissingFact` where QEMU was not asked for them.
  func settable(on object: String) throws(MissingFact) -> [String: String] {
    guard let all = properties[object] else {
      throw MissingFact(
        name: .qom, reason: "the properties of \(object) were not listed", isUnreadable: false)
    }
    // Every object tells its own type under this name.
    return all.filter { $0.key != "type" }
  }
}
