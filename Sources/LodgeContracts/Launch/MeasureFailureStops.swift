package import LodgeModel

extension Contract {
  /// A guest that could not be measured does not run.
  package static let measureFailureStops = Contract(
    id: "qemu.measure-failure-stops", catalogue: "R62",
    claim: "A SEV domain whose launch could not be measured does not run",
    from: [.qemu], to: [.libvirt],
    basis: "AMD SEV API 55766, LAUNCH_MEASURE: the guest owner decides by the measurement; QEMU "
      + "target/i386/sev.c, sev_launch_get_measure",
    remedy: "take a QEMU that exits when LAUNCH_MEASURE fails, as it does for LAUNCH_UPDATE_DATA",
    knownCase: "where the firmware has measured and its answer is lost, QEMU 7.2 to 11.1 print the "
      + "error of sev_launch_get_measure, finish the launch and let the domain run, which then has "
      + "no measurement to attest",
    types: [.sev, .sevES], launching: ["sev/measure-failure", "sev-es/measure-failure"])
}
