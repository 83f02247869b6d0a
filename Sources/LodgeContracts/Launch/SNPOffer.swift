package import LodgeModel

extension Contract {
  /// libvirt promises SNP only where it can be launched.
  package static let snpOffer = Contract(
    id: "libvirt.snp-offer", catalogue: "R64",
    claim: "libvirt offers SEV-SNP only where the kernel runs SNP guests, as it does for TDX",
    from: [.libvirt], to: [.qemu],
    basis: "libvirt docs/formatdomaincaps.rst: launchSecurity lists what the host supports; "
      + "src/qemu/qemu_capabilities.c asks KVM_CAP_VM_TYPES for TDX and nobody for SNP",
    remedy: "take a libvirt that asks KVM_CAP_VM_TYPES for SNP too; until then look at "
      + "/sys/module/kvm_amd/parameters/sev_snp",
    knownCase: "libvirt 11.3 and 12.8 define SNP domains on hosts without it; QEMU then ends with: "
      + "vm-type SEV-SNP not supported by KVM",
    types: [.sevSNP], launching: ["sev-snp/domcapabilities"])
}
