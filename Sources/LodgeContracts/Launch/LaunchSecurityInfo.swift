package import LodgeModel

extension Contract {
  /// libvirt tells what was launched, for SNP as for SEV.
  package static let launchSecurityInfo = Contract(
    id: "libvirt.launch-security-info", catalogue: "R63",
    claim: "libvirt tells the launch security of a running SNP domain without an error",
    from: [.qemu], to: [.libvirt],
    basis: "libvirt include/libvirt/libvirt-domain.h: sev-snp-policy is a parameter that "
      + "virDomainGetLaunchSecurityInfo tells; src/qemu/qemu_driver.c, qemuDomainGetSEVInfo",
    remedy:
      "take a libvirt that does not ask QEMU for a SEV measurement of an SNP domain; until then "
      + "do not call virsh domlaunchsecinfo for one",
    knownCase: "libvirt 11.3 and 12.8 end with: unable to execute QEMU command "
      + "'query-sev-launch-measure': SEV launch measurement is not available",
    types: [.sevSNP], launching: ["sev-snp/launch-security-info"])
}
