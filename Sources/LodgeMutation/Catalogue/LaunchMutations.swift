import LodgeContracts
import LodgeModel

/// What contracts must catch that only launches show.
let launchMutations: [Mutation] = [
  Mutation(
    "R17 hash table", .launchMeasurement, on: .sid, launching: ["sev/direct-boot"],
    naming: "measured otherwise",
    .program("gives the table of kernel hashes another GUID") { elf in
      // 9438d606-4f22-4cc9-b479-a793d411fd21, as the table begins in memory.
      try elf.replaceAll(
        [0x06, 0xd6, 0x38, 0x94, 0x22, 0x4f, 0xc9, 0x4c, 0xb4, 0x79, 0xa7, 0x93],
        with: [0x07, 0xd6, 0x38, 0x94, 0x22, 0x4f, 0xc9, 0x4c, 0xb4, 0x79, 0xa7, 0x93])
    }),
  Mutation(
    "R17 no hashes", .launchMeasurement, on: .sid, launching: ["sev/direct-boot"],
    naming: "measured otherwise",
    .program("adds no kernel hashes and says that it did") {
      try $0.replace(function: "sev_add_kernel_loader_hashes", byReturning: 1)
    }),
  Mutation(
    "R50 named model", .tdxProcessor, on: .tdxHostOfHeaders, launching: ["tdx/cpu-models"],
    naming: "cpu-models",
    .program("takes named processor models for TDX") {
      try $0.skip("Named cpu model is not supported for TDX yet!")
    }),
  Mutation(
    "R61 abort", .querySEVSurvived, on: .withoutQuerySEV, launching: ["tdx/query-sev"],
    naming: "query-sev", .asShipped(Edit.qemuPrograms, facts: .of(.qemu), changesQEMU: true)),
  Mutation(
    "R62 goes on", .measureFailureStops, on: .stopsUnmeasured, launching: ["sev/measure-failure"],
    naming: "measure-failure",
    .asShipped(Edit.qemuPrograms, facts: .of(.qemu), changesQEMU: true)),
  Mutation(
    "R63 asks for a measurement", .launchSecurityInfo, on: .tellsSNP,
    launching: ["sev-snp/launch-security-info"], naming: "launch-security-info",
    .asShipped(Edit.drivers, facts: .of(.libvirt))),
  Mutation(
    "R65 resets anyway", .resetRelaunches, on: .trixie, launching: ["sev-snp/reset"],
    naming: "reset",
    .program("takes every processor for one that can be reset") {
      try $0.replace(function: "cpus_are_resettable", byReturning: 1)
    }),
  Mutation(
    "R72 moved command", .sentNumbers, on: .trixie, launching: ["sev-snp/launch-lifecycle"],
    naming: "KVM_SEV_SNP_LAUNCH_FINISH",
    .enumerator("KVM_SEV_SNP_LAUNCH_FINISH", 105, in: "asm/kvm.h")),
  Mutation(
    "R73 argument", .answersAcrossBuilds, on: .trixie, launching: ["sev-snp/launch-lifecycle"],
    naming: "policy",
    .driver("U:policy", "U:policz")),
]

extension Base {
  /// A TDX host whose QEMU does not know query-sev, and so says that.
  static let withoutQuerySEV = Base.tdxHostOfHeaders.mended(
    "sid with TDX, without query-sev",
    .program("has no query-sev") {
      try $0.replaceAll("\0query-sev\0", with: "\0query-sez\0")
    })

  /// A QEMU that ends where the launch of a guest cannot be measured.
  static let stopsUnmeasured = Base.trixie.mended(
    "trixie that stops unmeasured",
    .program("ends over a failed LAUNCH_MEASURE") {
      try $0.trap(after: "%s: LAUNCH_MEASURE ret=%d fw_error=%d '%s'")
    })

  /// A libvirt that has a word to tell where it would ask an SNP guest for its SEV measurement.
  static let tellsSNP = Base.trixie.mended(
    "trixie that tells of SNP",
    .driver("asks for the processor where it would for a measurement") {
      try $0.replace(
        function: "qemuMonitorJSONGetSEVMeasurement", by: "qemuMonitorJSONGetTargetArch")
    })
}
