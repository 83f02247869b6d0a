/// What the QEMU of a set sent to the kernel in its launches, each kind of call once.
package struct SentCalls: Equatable, Sendable {
  /// A number that QEMU put into a call.
  package struct Call: Codable, Hashable, Sendable {
    package var type: DomainType
    /// The name of the ioctl, such as `KVM_CREATE_VM`.
    package var call: String
    /// The sub-command, such as `KVM_SEV_INIT2`; nil where the ioctl has none.
    package var command: String?
    /// The argument that holds the number, such as `capability`, `type` or `flags`; ``ownNumber``
    /// where it is the number of the call or sub-command itself.
    package var field: String
    package var number: UInt64
    /// The errno with which the kernel answered, such as `EINVAL`; nil where it served the call.
    package var refusal: String?
    /// What the domain's XML asks to be sent there; nil where it asks nothing, and for numbers that
    /// XML does not give.
    package var asked: UInt64?

    package init(
      type: DomainType, call: String, command: String?, field: String, number: UInt64,
      refusal: String? = nil, asked: UInt64? = nil
    ) {
      (self.type, self.call, self.command) = (type, call, command)
      (self.field, self.number, self.refusal) = (field, number, refusal)
      self.asked = asked
    }

    /// The field of the number by which a call or sub-command is made.
    package static let ownNumber = "number"

    /// The most telling name of the call: its sub-command, or else the ioctl.
    package var name: String { command ?? call }
  }

  /// Each number once, with the first scenario and platform that showed it.
  package var calls: [Call: String]

  package init(_ calls: [(Call, place: String)]) {
    self.calls = Dictionary(calls.map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }

  /// Those of one domain type.
  package func of(_ type: DomainType) -> Self {
    var copy = self
    copy.calls = calls.filter { $0.key.type == type }
    return copy
  }

  /// The calls with one argument of a call or sub-command, by number, each with its place.
  package func calls(with field: String, of name: String) -> [(call: Call, place: String)] {
    calls.filter { $0.key.field == field && $0.key.name == name }
      .sorted { ($0.key.number, $0.value) < ($1.key.number, $1.value) }
      .map { ($0.key, $0.value) }
  }

  /// The numbers in one argument of a call or sub-command, smallest first, each with its place.
  package func numbers(in field: String, of name: String) -> [(number: UInt64, place: String)] {
    let found = calls.filter { $0.key.field == field && $0.key.name == name }
    return Dictionary(found.map { ($0.key.number, $0.value) }, uniquingKeysWith: { min($0, $1) })
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
