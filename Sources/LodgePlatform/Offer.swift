/// Whether kernel and platform together can launch a kind of domain.
package enum Offer: Codable, Equatable, Sendable {
  /// The half of the host that something is missing from.
  package enum Half: String, Codable, Sendable {
    case kernel
    case platform
  }

  case yes
  /// It cannot be launched; the reason is a clause such as `kvm_amd was built without SEV`.
  case no(lacking: Half, because: String)

  /// Whether it can be launched.
  package var isYes: Bool { self == .yes }
}
