/// Something that a scenario left behind, named by what it is and the digest of its bytes.
package struct Artefact: Codable, Equatable, Hashable, Sendable {
  /// What it is.
  package enum Kind: String, Codable, CaseIterable, Sendable {
    /// The domain XML as it was given to libvirt.
    case domain
    /// The command line that libvirt made of it, one argument a line.
    case argv
    /// The KVM, SEV and TDX calls of QEMU, with volatile values masked.
    case transcript
    /// What libvirt said that it can do: the XML of its domain capabilities.
    case capabilities
    /// What QEMU wrote to its log.
    case log
    /// What the domains gave to the TEE, call by call: an array of ``MeasuredLaunch`` as JSON.
    case measurement
  }

  package var kind: Kind
  package var digest: Digest

  package init(kind: Kind, digest: Digest) { (self.kind, self.digest) = (kind, digest) }
}
