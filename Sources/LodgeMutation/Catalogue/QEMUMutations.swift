import LodgeContracts
import LodgeModel

/// What contracts about QEMU, and about libvirt with it, must catch.
let qemuMutations: [Mutation] = [
  Mutation(
    "R03 QEMU", .tdxLayers, on: .sid, naming: "QEMU has no tdx-guest", .withoutType("tdx-guest")),
  Mutation(
    "R03 libvirt", .tdxLayers, on: .sid, naming: "type='tdx'",
    .domainSchema("<value>tdx</value>", "<value>tdy</value>")),
  Mutation(
    "R03 kernel", .tdxLayers, on: .tdxHost, naming: "no TDX commands",
    .header("asm/kvm.h", "the TDX commands are a vendor's") {
      $0.replace("KVM_TDX_", with: "VENDOR_TDX_")
      $0.replace("kvm_tdx_", with: "vendor_tdx_")
    }),
  Mutation(
    "R16 libvirt asks, kernel lacks", .sevInitialisation, on: .trixie, naming: "legacy-vm-type",
    .driver("T:auto-read-only", "T:legacy-vm-type"),
    .types(of: .kvmAMD, "has no KVM_SEV_INIT2") {
      try $0.rename(enumerator: "KVM_SEV_INIT2", to: "KVM_SEV_BEGIN")
    }),
  Mutation(
    "R25 property", .qomMatchesQAPI, on: .sid, naming: "vcek-disabled",
    .withoutProperty("vcek-disabled", of: "sev-snp-guest")),
  Mutation(
    "R25 renamed in the schema", .qomMatchesQAPI, on: .trixie, naming: "vcek-required",
    .schema(of: "sev-snp-guest", "has vcek-required for vcek-disabled") { members in
      for index in members.indices where members[index]["name"]?.text == "vcek-disabled" {
        members[index]["name"] = .string("vcek-required")
      }
    }),
  Mutation(
    "R25 object", .qomMatchesQAPI, on: .bookworm, naming: "sev-guest",
    .schemaWithout(object: "sev-guest")),
  Mutation(
    "R26 property", .qemuProperties, on: .trixie, naming: "kernel-hashes",
    .withoutProperty("kernel-hashes", of: "sev-guest")),
  Mutation(
    "R26 type", .qemuProperties, on: .sid, naming: "policy",
    .property("policy", of: "sev-snp-guest", is: "bool")),
  Mutation(
    "R26 libvirt's key", .qemuProperties, on: .sid, naming: "vcek-required",
    .driver("vcek-disabled", "vcek-required")),
  Mutation(
    "R26 object", .qemuProperties, on: .trixie, naming: "sev-snp-guest",
    .withoutType("sev-snp-guest")),
  Mutation(
    "R39 version", .directBootHashes, on: .sid, naming: "10.1.3", grade: .warn, .version(10, 1, 3)),
  Mutation(
    "R52 no machine", .machineTypes, on: .trixie, naming: "pc-q35-*",
    .machines("QEMU has no pc-q35 machines") { machines in
      machines.removeAll { $0["name"]?.text?.hasPrefix("pc-q35-") ?? false }
    }),
  Mutation(
    "R52 all deprecated", .machineTypes, on: .bookworm, naming: "pc-q35-*", grade: .warn,
    .machines("QEMU deprecates all machines") { machines in
      for index in machines.indices { machines[index]["deprecated"] = .boolean(true) }
    }),
  Mutation(
    "R52 aim", .machineTypes, on: .sid, naming: "pc-q35-99.*",
    .descriptor("amdsev", "aims at pc-q35-99.*") { document in
      document.changeAll { value in
        if value == .string("pc-q35-*") { value = .string("pc-q35-99.*") }
      }
    }),
  Mutation(
    "R09 TDX", .exitConsumer, on: .sid, naming: "tdx-guest", grade: .warn,
    .withoutType("tdx-guest")),
  Mutation(
    "R09 INIT2", .exitConsumer, on: .trixie, naming: "KVM_SEV_INIT2", grade: .warn,
    .withoutProperty("legacy-vm-type", of: "sev-guest"),
    .bytes(in: qemuPrograms, facts: [.texts], "legacy-vm-type", "legacy-vm-kind")),
  Mutation(
    "R67 number", .vendoredHeaders, on: .withVendoredHeaders, naming: "KVM_SEV_SNP_LAUNCH_START",
    .text(
      "QEMU's copy numbers SNP commands from 24", in: vendored("asm-x86/kvm.h"),
      facts: [.vendoredHeaders], "KVM_SEV_SNP_LAUNCH_START = 100", "KVM_SEV_SNP_LAUNCH_START = 24")
  ),
  Mutation(
    "R67 layout", .vendoredHeaders, on: .withVendoredHeaders, naming: "kvm_tdx_init_vm",
    .text(
      "QEMU's copy has other reserved words", in: vendored("asm-x86/kvm.h"),
      facts: [.vendoredHeaders], "__u64 xfam;", "__u64 xfam; __u64 vendor;")),
  Mutation(
    "R15 exit", .headerSkew, on: .withVendoredHeaders, naming: "KVM_EXIT_SNP_REQ_CERTS",
    grade: .warn,
    .text(
      "QEMU's copy is older than an exit", in: vendored("linux/kvm.h"), facts: [.vendoredHeaders],
      "KVM_EXIT_SNP_REQ_CERTS", "KVM_NO_EXIT_SNP_REQ_CERTS")),
]

/// Where the program is.
let qemuPrograms = ["usr/bin/qemu-system-x86_64"]

/// Where a header of QEMU's copy is.
private func vendored(_ header: String) -> [String] {
  ["usr/src/lodge/*/linux-headers/\(header)"]
}

extension Base {
  /// Unstable, with a copy of its kernel's headers where the source of QEMU has its own.
  ///
  /// The archive dropped the source of the real QEMU; what it would have is what the kernel has, for
  /// R67 is green on both.
  static let withVendoredHeaders = Base(
    "sid with QEMU's copy", set: "sid",
    Edit("QEMU's copy of headers is the kernel's", facts: [.vendoredHeaders]) { tree in
      let folder = "usr/src/lodge/qemu-copy/linux-headers"
      for name in ["kvm.h", "psp-sev.h", "kvm_para.h", "types.h", "ioctl.h", "const.h"] {
        guard let bytes = try? tree.read("usr/include/linux/\(name)") else { continue }
        try tree.write(bytes, to: "\(folder)/linux/\(name)")
      }
      for name in ["kvm.h", "kvm_para.h", "bitsperlong.h", "ioctl.h", "types.h", "posix_types.h"] {
        let file = try? tree.find(Edit.headerPatterns("asm/\(name)"))
        guard let file, let bytes = try? tree.read(file) else { continue }
        try tree.write(bytes, to: "\(folder)/asm-x86/\(name)")
      }
    })
}
