package import LodgeModel

extension Contract {
  /// The kernel takes the SNP commands that QEMU sends.
  package static let snpCommands = Contract(
    id: "kernel.snp-commands", catalogue: "R11",
    claim: "The kernel numbers the SNP commands, and lays out their arguments, as QEMU sends them",
    from: [.kernel], to: [.qemu],
    basis: "Linux arch/x86/include/uapi/asm/kvm.h: enum sev_cmd_id 100 to 102 and struct "
      + "kvm_sev_snp_* as released in 6.11; QEMU target/i386/sev.c",
    remedy: "take kernel and QEMU from trees that use the released interface",
    knownCase: "AMD's trees numbered the commands from 22 and from 256: SNP_LAUNCH_START "
      + "returned -25, AMDESE/AMDSEV#216 (\"keep Qemu and host kernel in lock-step\")",
    protecting: [.sevSNP], reads: .promises + [.uapi, .btf]
  ) { type, facts throws(MissingFact) in
    if !Interface.snpCommands.isKnown(to: try facts.uapi), try facts.promises(of: type).isEmpty {
      return .notApplicable("the headers have no SNP commands, and no other member promises SNP")
    }
    return .judged(try facts.differences(from: .snpCommands).map(Finding.init))
  }
}
