/// What libvirt's own documentation tells users of `<launchSecurity>`.
package struct LibvirtDocumentation: Codable, Equatable, Sendable {
  package var source: Source
  /// The meaning of each policy bit, by the value of the `type` attribute: `sev-snp`, `tdx`, `sev`.
  package var policyBits: [String: [Int: String]]

  package init(source: Source, policyBits: [String: [Int: String]]) {
    (self.source, self.policyBits) = (source, policyBits)
  }
}
