package import LodgeModel

extension Contract {
  /// A reset gives a guest that QEMU can make anew, or ends it; it does not kill QEMU.
  package static let resetRelaunches = Contract(
    id: "qemu.reset-relaunches", catalogue: "R65",
    claim: "A SEV-ES or SNP domain that is reset is launched anew, or ends as libvirt is told",
    from: [.qemu], to: [.libvirt],
    basis:
      "QEMU 11.0 rebuilds confidential guests at a reset (x-change-vmfd-on-reset); AMD SEV API "
      + "55766, LAUNCH_START: a handle other than 0 asks for the keys of that guest, which its policy "
      + "may forbid",
    remedy: "take a QEMU that starts a rebuilt SEV guest with handle 0; until then let libvirt end "
      + "such domains in place of a reset",
    knownCase:
      "QEMU 11.1.3 sends the handle of the guest before; where the policy forbids to share "
      + "keys (0x2) the firmware refuses, and QEMU aborts",
    types: [.sevES, .sevSNP], launching: ["sev-es/reset", "sev-snp/reset"])
}
