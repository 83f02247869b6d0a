import LodgeContracts
import LodgeModel

/// What contracts about firmware must catch.
let firmwareMutations: [Mutation] = [
  Mutation(
    "R28 section of type 5", .tdvf, .descriptorFeatures, on: .sid, naming: "type 5",
    .image(.intelTDX, "a TDVF section has type 5") {
      $0.put(UInt32(5), at: try $0.tdvfSection(1) + 24)
    }),
  Mutation(
    "R28 beyond the file", .tdvf, on: .sid, naming: "beyond the file",
    .image(.intelTDX, "a TDVF section has 64 MiB of data") {
      let section = try $0.tdvfSection(0)
      $0.put(UInt32(64 << 20), at: section + 4)
      $0.put(UInt64(64 << 20), at: section + 16)
    }),
  Mutation(
    "R28 no hand-off block", .tdvf, on: .sid, naming: "TD_HOB",
    .image(.intelTDX, "TD_HOB is temporary memory") {
      $0.put(UInt32(3), at: try $0.tdvfSection(2) + 24)
    }),
  Mutation(
    "R28 not extended", .tdvf, on: .sid, naming: "not extended",
    .image(.intelTDX, "the boot volume is not extended into MRTD") {
      $0.put(UInt32(0), at: try $0.tdvfSection(0) + 28)
    }),
  Mutation(
    "R28 other bytes", .tdvf, on: .sid, naming: "the end of the file",
    .image(.intelTDX, "the boot volume takes the page before it") {
      let section = try $0.tdvfSection(0)
      let offset = $0.bytes.integer(at: section, as: UInt32.self) ?? 0
      $0.put(offset - 4096, at: section)
    }),
  Mutation(
    "R29 empty section", .snpMetadata, .descriptorFeatures, on: .sid, naming: "empty SEV section",
    .image(.amdSEV, "an ASEV section has no length") {
      $0.put(UInt32(0), at: try $0.sevSection(4) + 4)
    }),
  Mutation(
    "R29 no secrets", .snpMetadata, on: .sid, naming: "secrets",
    .image(.amdSEV, "the secrets page is SEC_MEM") {
      $0.put(UInt32(1), at: try $0.sevSection(2) + 8)
    }),
  Mutation(
    "R29 overlap", .snpMetadata, on: .sid, naming: "overlap",
    .image(.amdSEV, "the CPUID page is the secrets page") {
      let base = Array($0.bytes[try $0.sevSection(2)...].prefix(4))
      let page = try $0.sevSection(3)
      for (index, byte) in base.enumerated() { $0.put(byte, at: page + index) }
    }),
  Mutation(
    "R30 descriptor points elsewhere", .descriptorFeatures, on: .sid, naming: "OVMF.gone.fd",
    .descriptor("amdsev", "names OVMF.gone.fd") {
      $0["mapping"]?["filename"] = .string("/usr/share/ovmf/OVMF.gone.fd")
    }),
  Mutation(
    "R30 claim without metadata", .descriptorFeatures, on: .sid, naming: "amd-sev-snp",
    .claim("amd-sev-snp", by: "inteltdx")),
  Mutation(
    "R30 reset block", .descriptorFeatures, on: .sid, naming: "reset block",
    .image(.amdSEV, "the reset block is 0") { try $0.put(0, in: .resetBlock) }),
  Mutation(
    "R30 reset block leads nowhere", .descriptorFeatures, on: .sid, naming: "0x40000000",
    .image(.amdSEV, "the reset block is 1 GiB") { try $0.put(1 << 30, in: .resetBlock) }),
  Mutation(
    "R30 front", .descriptorFeatures, on: .sid, naming: "its front is cut off",
    .image(.amdSEV, "its first 64 KiB are gone") { $0.drop(64 << 10) }),
  Mutation(
    "R30 end", .descriptorFeatures, on: .sid, naming: "no code at its end",
    .image(.amdSEV, "its last 16 bytes are 0xFF") {
      for index in 1...16 { $0.put(UInt8.max, at: $0.bytes.count - index) }
    }),
  Mutation(
    "R30 template", .descriptorFeatures, on: .trixie, naming: "OVMF_VARS.gone.fd",
    .descriptor("60-edk2-x86_64", "has another template") {
      $0["mapping"]?["nvram-template"]?["filename"] = .string("/usr/share/OVMF/OVMF_VARS.gone.fd")
    }),
  Mutation(
    "R30 format", .descriptorFeatures, on: .bookworm, naming: "qcow2",
    .descriptor("60-edk2-x86_64", "says qcow2") {
      $0["mapping"]?["executable"]?["format"] = .string("qcow2")
    }),
  Mutation(
    "R31 flash", .descriptorMapping, on: .sid, naming: "flash",
    .descriptor("amdsev", "maps as flash") {
      $0["mapping"] = .object([
        .init("device", .string("flash")),
        .init(
          "executable",
          .object([
            .init("filename", .string("/usr/share/ovmf/OVMF.amdsev.fd")),
            .init("format", .string("raw")),
          ])), .init("mode", .string("stateless")),
      ])
    }),
  Mutation(
    "R36 no verifier", .kernelHashes, on: .sid, naming: "OVMF.amdsev.fd",
    .image(.amdSEV, is: .whole)),
  Mutation(
    "R36 no area", .kernelHashes, on: .sid, naming: "OVMF.amdsev.fd",
    .image(.amdSEV, "the hash area is 0/0") { try $0.put(0, 0, in: .hashArea) }),
  Mutation(
    "R37 no section", .hashSection, on: .sid, naming: "OVMF.amdsev.fd",
    .image(.amdSEV, "the KERNEL_HASHES section is SEC_MEM") {
      $0.put(UInt32(1), at: try $0.sevSection(0x10) + 8)
    }),
  Mutation(
    "R32 no descriptor", .descriptorExists, on: .sid, naming: "OVMF.amdsev.fd", grade: .warn,
    .remove("usr/share/qemu/firmware/*amdsev.json", facts: .of(.firmware))),
  Mutation(
    "R82 comma", .descriptorsRead, on: .sid, naming: "inteltdx.json",
    .text(
      "inteltdx.json has a comma behind its last feature",
      in: ["usr/share/qemu/firmware/*inteltdx.json"], facts: .of(.firmware), "\"verbose-dynamic\"",
      "\"verbose-dynamic\",")),
  Mutation(
    "R82 key", .descriptorsRead, on: .trixie, naming: "targets",
    .descriptor("60-edk2-x86_64", "has no targets") { $0["targets"] = nil }),
  Mutation(
    "R33 IGVM", .descriptorWords, on: .sid, naming: "igvm",
    .descriptor("amdsev", "maps as igvm") { $0["mapping"]?["device"] = .string("igvm") }),
  Mutation(
    "R34 stateless", .statelessSelection, on: .trixie, naming: "stateless", grade: .warn,
    .descriptor("edk2-x86_64-secure", "claims SNP with stateless flash") {
      $0["mapping"]?["mode"] = .string("stateless")
      $0["features"]?.elements.append(.string("amd-sev-snp"))
    }),
  Mutation(
    "R35 no SMM", .secureBootSMM, on: .trixie, naming: "requires-smm", grade: .warn,
    .descriptor("edk2-x86_64-secure", "does not require SMM") {
      $0["features"]?.elements.removeAll { $0.text == "requires-smm" }
    }),
  Mutation(
    "R35 SMM for TDX", .secureBootSMM, on: .sid, naming: "intel-tdx",
    .descriptor("inteltdx", "requires SMM") {
      $0["features"]?.elements.append(.string("requires-smm"))
    }),
  Mutation(
    "R38 order", .measuredOrder, on: .sid, naming: "secrets", grade: .warn,
    .image(.amdSEV, "secrets and CPUID change places in ASEV") {
      try $0.swapSEVSections(2, 3)
    }),
  Mutation(
    "R74 claim", .claimedTypes, .firmwareAcrossBuilds, on: .sid, naming: "amd-sev-snp",
    .descriptor("amdsev", "does not claim amd-sev-snp") {
      $0["features"]?.elements.removeAll { $0.text == "amd-sev-snp" }
    }),
  Mutation(
    "R74 other machine", .claimedTypes, on: .sid, naming: "amd-sev-snp",
    .descriptor("amdsev", "is for microvm") { document in
      document.changeAll { value in
        if value == .string("pc-q35-*") { value = .string("microvm-*") }
      }
    }),
  Mutation(
    "R75 secrets", .firmwareAcrossBuilds, on: .sid, naming: "secrets", grade: .warn,
    .image(.amdSEV, "the area for secrets is 0/0") { try $0.put(0, 0, in: .secretArea) }),
  Mutation(
    "R75 path", .firmwareAcrossBuilds, on: .trixie, naming: "OVMF_CODE_4M.fd", grade: .warn,
    Edit("OVMF_CODE_4M.fd is not there", facts: .of(.firmware)) { tree in
      try tree.remove(try tree.find(EditedImage.generic.patterns))
    }),
]
