/// The kinds of domain that a build set is judged for.
package enum DomainType: String, Codable, CaseIterable, Comparable, Sendable {
  case plain
  case sev
  case sevES = "sev-es"
  case sevSNP = "sev-snp"
  case tdx

  /// The confidential kinds, in the order tables print them.
  package static let confidential: [DomainType] = [.sev, .sevES, .sevSNP, .tdx]

  /// The name that AMD, Intel and users write.
  package var title: String {
    switch self {
    case .plain: "plain"
    case .sev: "SEV"
    case .sevES: "SEV-ES"
    case .sevSNP: "SEV-SNP"
    case .tdx: "TDX"
    }
  }

  /// The value of libvirt's attribute `type` in `<launchSecurity>`; SEV-ES is SEV with a policy bit.
  package var launchSecurity: String { self == .sevES ? Self.sev.rawValue : rawValue }

  package static func < (left: Self, right: Self) -> Bool {
    left.order < right.order
  }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
