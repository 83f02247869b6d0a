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
    "R78 library", .qemuStarts, on: .sid, naming: "libpixman-1.so.0",
    Edit("a library of QEMU is not there", facts: .of(.qemu), changesQEMU: true) { tree in
      try tree.remove(try tree.find(["usr/lib/*/libpixman-1.so.0"]))
    }),
  Mutation(
    "R78 program", .qemuStarts, on: .bookworm, naming: "qemu-system-x86_64",
    Edit("QEMU is no program", facts: .of(.qemu), changesQEMU: true) { tree in
      try tree.edit(try tree.find(Edit.qemuPrograms)) { $0 = Array("vendor\n".utf8) }
    }),
  Mutation(
    "R79 QEMU", .snpLayers, on: .sid, naming: "QEMU has no sev-snp-guest",
    .withoutType("sev-snp-guest")),
  Mutation(
    "R79 libvirt", .snpLayers, on: .trixie, naming: "type='sev-snp'",
    .domainSchema("<value>sev-snp</value>", "<value>sev-snq</value>")),
  Mutation(
    "R27 schema", .capabilityProbe, on: .sid, naming: "cert-chain",
    .reply("query-sev-capabilities tells no cert-chain", to: "query-qmp-schema") { schema in
      schema.changeAll { value in
        if value["name"] == .string("cert-chain") { value["name"] = .string("certificates") }
      }
    }),
  Mutation(
    "R09 TDX", .exitConsumer, on: .tdxHost, naming: "tdx-guest", grade: .warn,
    .withoutType("tdx-guest")),
  Mutation(
    "R09 INIT2", .exitConsumer, on: .trixie, naming: "KVM_SEV_INIT2", grade: .warn,
    .withoutProperty("legacy-vm-type", of: "sev-guest"),
    .bytes(in: Edit.qemuPrograms, facts: [.texts], "legacy-vm-type", "legacy-vm-kind")),
  Mutation(
    "R67 number", .vendoredHeaders, on: .trixie, naming: "KVM_SEV_SNP_LAUNCH_START",
    .text(
      "QEMU's copy numbers SNP commands from 24", in: vendored("asm-x86/kvm.h"),
      facts: [.vendoredHeaders], "KVM_SEV_SNP_LAUNCH_START = 100", "KVM_SEV_SNP_LAUNCH_START = 24")
  ),
  Mutation(
    "R67 layout", .vendoredHeaders, on: .trixie, naming: "kvm_sev_snp_launch_start",
    .text(
      "QEMU's copy has other reserved words", in: vendored("asm-x86/kvm.h"),
      facts: [.vendoredHeaders], "struct kvm_sev_snp_launch_start {",
      "struct kvm_sev_snp_launch_start { __u64 vendor;")),
  Mutation(
    "R15 exit", .headerSkew, on: .trixie, naming: "KVM_EXIT_MEMORY_FAULT",
    grade: .warn,
    .text(
      "QEMU's copy is older than an exit", in: vendored("linux/kvm.h"), facts: [.vendoredHeaders],
      "KVM_EXIT_MEMORY_FAULT", "KVM_NO_EXIT_MEMORY_FAULT")),
  Mutation(
    "R21 policy", .snpPolicy, on: .trixie, naming: "0x40000",
    .fresh("sev-snp-guest", "policy", is: .number("458752"))),
  Mutation(
    "R24 attributes", .tdxAttributes, on: .sid, naming: "SEPT_VE_DISABLE",
    .fresh("tdx-guest", "attributes", is: .number("0"))),
  Mutation(
    "R24 debug", .tdxAttributes, on: .sid, naming: "KVM refuses",
    .fresh("tdx-guest", "attributes", is: .number("268435457"))),
  Mutation(
    "R27 class", .capabilityProbe, on: .trixie, naming: "DeviceNotFound",
    .refusal("QEMU refuses query-sev-capabilities as DeviceNotFound", of: "query-sev-capabilities")
    {
      $0["class"] = .string("DeviceNotFound")
    }),
  Mutation(
    "R45 member", .querySEVShape, on: .sid, naming: "snp-policy",
    .reply("query-sev tells policy-of-snp for snp-policy", to: "query-qmp-schema") { schema in
      schema.changeAll { value in
        if value["name"] == .string("snp-policy") { value["name"] = .string("policy-of-snp") }
      }
    }),
  Mutation(
    "R46 INIT2 with flash", .flashFirmware, on: .flashForES, naming: "read-only memory",
    .fresh("sev-guest", "legacy-vm-type", is: .string("off"))),
  Mutation(
    "R47 backend", .memoryBackends, on: .trixie, naming: "memory-backend-memfd",
    .withoutType("memory-backend-memfd")),
  Mutation(
    "R47 property", .memoryBackends, on: .sid, naming: "share",
    .withoutProperty("share", of: "memory-backend-ram")),
  Mutation("R48 version", .deviceAssignment, on: .trixie, naming: "9.1.2", .version(9, 1, 2)),
  Mutation(
    "R51 model", .cpuModels, on: .trixie, naming: "EPYC-Genoa",
    .models("QEMU has no EPYC-Genoa") { models in
      models.removeAll { $0["name"]?.text?.hasPrefix("EPYC-Genoa") ?? false }
    }),
  Mutation(
    "R51 alias", .cpuModels, on: .sid, naming: "EPYC-Milan", grade: .warn,
    .models("EPYC-Milan stands for its second version") { models in
      for index in models.indices where models[index]["name"]?.text == "EPYC-Milan" {
        models[index]["alias-of"] = .string("EPYC-Milan-v2")
      }
    }),
  Mutation(
    "R53 property", .confidentialGuestSupport, on: .trixie, naming: "confidential-guest-support",
    .reply("machines have no confidential-guest-support", to: "qom-list-properties") { properties in
      properties.elements.removeAll { $0["name"]?.text == "confidential-guest-support" }
    }),
  Mutation(
    "R55 stamp", .moduleStamps, on: .sid, naming: "another build",
    Edit("a module of QEMU is of another build", facts: .of(.qemu), changesQEMU: true) { tree in
      try tree.edit(try tree.find(["usr/lib/*/qemu/hw-usb-host.so"])) { bytes in
        guard let stamp = bytes.firstOffset(of: Array("qemu_stamp_".utf8)) else {
          throw StaleEdit("it has no stamp")
        }
        let digit = stamp + "qemu_stamp_".utf8.count
        bytes[digit] = bytes[digit] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
      }
    }),
  Mutation(
    "R56 quirk", .guestPAT, on: .sid, naming: "KVM_X86_QUIRK_IGNORE_GUEST_PAT",
    .define("KVM_X86_QUIRK_IGNORE_GUEST_PAT", "(1 << 10)", in: "asm/kvm.h")),
  Mutation(
    "R58 secure-tsc", .secureTSC, on: .trixie, naming: "secure-tsc", grade: .warn,
    .addProperty("secure-tsc", of: "sev-snp-guest", is: "bool")),
  Mutation(
    "R71 property", .propertiesAcrossBuilds, on: .sid, naming: "mrowner",
    .withoutProperty("mrowner", of: "tdx-guest"),
    .schema(of: "tdx-guest", "has no mrowner") {
      $0.removeAll { $0["name"]?.text == "mrowner" }
    }),
  Mutation(
    "R71 default", .propertiesAcrossBuilds, on: .trixie, naming: "kernel-hashes", grade: .warn,
    .fresh("sev-snp-guest", "kernel-hashes", is: .boolean(true))),
  Mutation(
    "C14 version", .migrationFormat, on: .trixie, naming: "hpet",
    .savedState("QEMU saves hpet as version 1") { dump in
      dump.changeAll { value in
        if value["name"] == .string("hpet"), value["version_id"] != nil {
          value["version_id"] = .number("1")
        }
      }
    }),
  Mutation(
    "C14 machine", .migrationFormat, on: .sid, naming: "is gone",
    .machines("the oldest pc-q35 machine is gone") { machines in
      let oldest = machines.lastIndex { $0["name"]?.text?.hasPrefix("pc-q35-") ?? false }
      if let oldest { machines.remove(at: oldest) }
    }),
]

/// Where a header of QEMU's copy is.
private func vendored(_ header: String) -> [String] {
  ["usr/src/lodge/*/linux-headers/\(header)"]
}

extension Base {
  /// Unstable with a flash image that is said to be for SEV-ES.
  static let flashForES = Base(
    "sid with flash for SEV-ES", set: "sid", .claim("amd-sev-es", by: "edk2-x86_64"))
}
