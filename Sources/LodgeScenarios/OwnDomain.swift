package import LodgeModel
import LodgeXML

/// A user's own domain, made ready to be launched in a lab.
///
/// What the XML takes from its host rather than from the set is left out: disks, network
/// interfaces and host devices. Nothing reads them, as no guest instruction runs.
package struct OwnDomain: Equatable, Sendable {
  /// The name that the XML gives it.
  package let name: String
  package let type: DomainType
  /// The XML as the lab gets it.
  package let xml: String
  /// What was left out, one sentence each.
  package let notes: [String]
  private let file: String

  /// Reads domain XML.
  ///
  /// - Throws: ``OwnDomainFailure`` for what is no domain of KVM, or of a type that Lodge does not
  ///   know.
  package init(xml text: String, file: String) throws(OwnDomainFailure) {
    var domain: XMLElement
    do throws(XMLFailure) {
      domain = try XMLElement(parsing: text)
    } catch {
      throw OwnDomainFailure(file: file, reason: "it is no XML: \(error)")
    }
    guard domain.name == "domain" else {
      throw OwnDomainFailure(
        file: file, reason: "it is <\(domain.name)>, not the <domain> that virsh dumpxml prints")
    }
    guard domain.attribute("type") == "kvm" else {
      throw OwnDomainFailure(
        file: file,
        reason: "its type is \(domain.attribute("type") ?? "missing"); only kvm can be launched")
    }
    guard let name = domain.values(at: "name").first, !name.isEmpty, !name.contains("/") else {
      throw OwnDomainFailure(file: file, reason: "it has no name that a domain can have")
    }
    type = try Self.type(of: domain, file)
    let notes = domain.leaveOutTheHost()
    xml = notes.isEmpty ? text : domain.document
    (self.name, self.notes, self.file) = (name, notes, file)
  }

  /// The bit of the policy that makes a SEV guest one of SEV-ES.
  ///
  /// **Source:** AMD SEV API 55766 revision 3.24, table 2.
  private static let policyES: UInt64 = 1 << 2

  private static func type(
    of domain: XMLElement, _ file: String
  ) throws(OwnDomainFailure) -> DomainType {
    guard let launch = domain.children.first(where: { $0.name == "launchSecurity" }) else {
      return .plain
    }
    switch launch.attribute("type") {
    case "sev":
      let policy = launch.values(at: "policy").first.flatMap(number) ?? 0
      return policy & policyES == 0 ? .sev : .sevES
    case "sev-snp": return .sevSNP
    case "tdx": return .tdx
    case let other:
      throw OwnDomainFailure(
        file: file,
        reason: "launchSecurity of type \(other ?? "nothing") is none of sev, sev-snp and tdx")
    }
  }

  /// A number as libvirt reads it.
  private static func number(_ text: String) -> UInt64? {
    text.hasPrefix("0x") || text.hasPrefix("0X")
      ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }

  /// The claim that it launches, on some platforms.
  package func scenario(on platforms: [String]) -> Scenario {
    let guest = "guest"
    let steps = [
      .define(validating: false), .start(paused: false), .state("running"), .destroy, .undefine,
      .nothingLeft,
    ].map { Step($0, domain: guest) }
    return Scenario(
      id: "own/\(name)", claim: "The domain \(name) of \(file) launches", type: type,
      platforms: platforms,
      domains: [
        Scenario.Domain(
          label: guest, type: type,
          template: DomainTemplate(verbatim: xml, of: name, file: file))
      ],
      steps: steps, file: file)
  }
}

extension XMLElement {
  /// Takes away the devices that are the host's, and says which.
  fileprivate mutating func leaveOutTheHost() -> [String] {
    guard let devices = children.firstIndex(where: { $0.name == "devices" }) else { return [] }
    let left = children[devices].children.filter { $0.isOfTheHost }
    children[devices].children.removeAll { $0.isOfTheHost }
    return left.map { "\($0.title) is left out: the lab has nothing of its host" }
  }

  private var isOfTheHost: Bool { ["disk", "interface", "hostdev"].contains(name) }

  private var title: String {
    let target = values(at: "target/@dev").first ?? values(at: "mac/@address").first
    return ([name] + [target].compactMap(\.self)).joined(separator: " ")
  }
}

/// Why a user's own XML cannot be launched.
package struct OwnDomainFailure: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let reason: String

  package var description: String { "\(file): \(reason)" }
}
