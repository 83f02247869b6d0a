import Foundation
import LodgeBindings
import LodgeMeasurement
import LodgeScenarios

extension ScenarioRun {
  /// The XML of a domain, with a true identity where it asks for one.
  ///
  /// What an SNP guest will be measured to be follows from QEMU's command line, which libvirt tells of
  /// a domain that is whole but for the identity. Where that tells no measurement, the identity is
  /// that of no guest, and the launch says what is wrong.
  ///
  /// - Throws: ``LodgeScenarios/TemplateFailure``, and an error of the cryptographic library.
  func xml(of domain: Scenario.Domain, files: SetFiles) async throws -> String {
    let name = scenario.domainName(domain.label)
    let xml = try domain.template.fill(
      domain.parameters, domain: name, files: files.pathInside)
    guard domain.template.wantsIdentity(for: domain.parameters),
      let identity = try await identity(of: xml)
    else { return xml }
    return try domain.template.fill(
      domain.parameters, domain: name, files: files.pathInside,
      identity: { part in
        let bytes = part == .block ? identity.block : identity.authentication
        return bytes.base64EncodedString()
      })
  }

  private func identity(of xml: String) async throws -> IdentityBlock? {
    guard
      let command = try? await lab.connection.commandLine(
        forDomain: xml, within: .seconds(30)),
      let arguments = (try? ArgumentVector(shell: command)).flatMap(LaunchArguments.init),
      let digest = lab.meter.predicted(arguments), let policy = arguments.policy
    else { return nil }
    return try IdentityBlock(expecting: digest, policy: policy)
  }
}
