import LodgeBindings
import LodgeModel

/// Changes of a kernel's configuration, image and modules that break nothing.
let harmlessOfKernel: [HarmlessChange] = [
  HarmlessChange(
    "kconfig in another order, with other comments", on: .sid, touches: [.kconfig],
    .kconfig("is in another order") { text in
      text =
        "# Rebuilt\n\n"
        + text.split(separator: "\n").reversed().joined(separator: "\n#\n") + "\n"
    }),
  HarmlessChange(
    "kconfig with symbols that nobody asks for", on: .trixie, touches: [.kconfig],
    .kconfig([("DEBUG_LIST", "y"), ("KVM_SOMETHING_NEW", "m"), ("LOCALVERSION", "\"-vendor\"")])),
  HarmlessChange(
    "guest memory under its new names (R13)", on: .trixie, touches: [.kconfig],
    .kconfig([
      ("KVM_PRIVATE_MEM", nil), ("KVM_GUEST_MEMFD", "y"),
      ("KVM_GENERIC_PRIVATE_MEM", nil), ("HAVE_KVM_ARCH_GMEM_POPULATE", "y"),
      ("HAVE_KVM_ARCH_GMEM_PREPARE", nil), ("HAVE_KVM_ARCH_GMEM_CONVERT", "y"),
      ("HAVE_KVM_ARCH_GMEM_INVALIDATE", nil), ("HAVE_KVM_ARCH_GMEM_RECLAIM", "y"),
    ])),
  HarmlessChange(
    "guest memory under its newest names (R13)", on: .sid, touches: [.kconfig],
    .kconfig([
      ("HAVE_KVM_ARCH_GMEM_PREPARE", nil), ("HAVE_KVM_ARCH_GMEM_CONVERT", "y"),
      ("HAVE_KVM_ARCH_GMEM_INVALIDATE", nil), ("HAVE_KVM_ARCH_GMEM_RECLAIM", "y"),
    ])),
  HarmlessChange(
    "kconfig where RPM distributions have it", on: .trixie, touches: [.kconfig],
    Edit("config is in the folder of modules", facts: .of(.kernel)) { tree in
      let folder = try tree.find(["usr/lib/modules/*"])
      try tree.move(try tree.find(["boot/config-*"]), to: "\(folder)/config")
    }),
  HarmlessChange(
    "image where RPM distributions have it", on: .trixie, touches: [.kernel, .btf],
    Edit("vmlinuz is in the folder of modules", facts: .of(.kernel)) { tree in
      let folder = try tree.find(["usr/lib/modules/*"])
      try tree.move(try tree.find(["boot/vmlinuz-*"]), to: "\(folder)/vmlinuz")
    }),
  HarmlessChange(
    "image and kconfig where Debian had them", on: .sid, touches: [.kernel, .btf, .kconfig],
    Edit("vmlinuz and config are in boot", facts: .of(.kernel)) { tree in
      let folder = try tree.find(["usr/lib/modules/*"])
      let release = folder.split(separator: "/").last.map(String.init) ?? ""
      try tree.move("\(folder)/vmlinuz", to: "boot/vmlinuz-\(release)")
      try tree.move("\(folder)/config", to: "boot/config-\(release)")
    }),
  HarmlessChange(
    "image packed by gzip", on: .trixie, touches: [.kernel, .btf],
    .image("vmlinuz is packed by gzip") { try $0.repack(try $0.unpacked(), by: .gzip) }),
  HarmlessChange(
    "image packed by zstd, quickly", on: .bookworm, touches: [.kernel, .btf],
    .image("vmlinuz is packed by zstd") { try $0.repack(try $0.unpacked(), by: .zstd) }),
  HarmlessChange(
    "image built by another builder on another day", on: .sid, touches: [.kernel],
    .image("the banner names another builder") { image in
      try image.editBanner { $0.replacing("debian", with: "vendor").replacing("SMP", with: "smp") }
    }),
  HarmlessChange(
    "kernel whose other numbers are others", on: .sid, touches: [.btf],
    .types(ofKernel: "another number of events") {
      try $0.set(enumerator: "PERF_COUNT_SW_MAX", to: 99)
    }),
  HarmlessChange(
    "modules not compressed", on: .trixie, touches: [.modules, .btf, .moduleInterfaces],
    .recompress(.kvmAMD, as: nil), .recompress(.kvm, as: nil), .recompress(.ccp, as: nil)),
  HarmlessChange(
    "modules packed by xz", on: .bookworm, touches: [.modules, .btf, .moduleInterfaces],
    .recompress(.kvmAMD, as: .xz), .recompress(.kvmIntel, as: .xz)),
  HarmlessChange(
    "modules packed by zstd", on: .sid, touches: [.modules, .btf, .moduleInterfaces],
    .recompress(.kvmAMD, as: .zstd), .recompress(.kvmIntel, as: .zstd),
    .recompress(.kvm, as: .zstd)),
  HarmlessChange(
    "modules packed by gzip", on: .sid, touches: [.modules, .btf, .moduleInterfaces],
    .recompress(.kvmAMD, as: .gzip), .recompress(.ccp, as: .gzip)),
  HarmlessChange(
    "modules without symbols and notes", on: .trixie, touches: [.modules, .btf, .moduleInterfaces],
    .module(.kvmAMD, "is stripped") { elf in
      for section in [".comment", ".note.gnu.build-id"] where elf.sections.contains(section) {
        try elf.empty(section)
      }
    }),
  HarmlessChange(
    "modules with parameters that nobody asks for", on: .bookworm, touches: [.modules],
    .addParameter(.kvmAMD, "something_new", "bool"), .addParameter(.kvm, "something_else", "uint")),
  HarmlessChange(
    "modules with types that nobody asks for", on: .trixie, touches: [.btf],
    .types(of: .kvmAMD, "has more types") { btf in
      btf.add(structure: "kvm_sev_something", size: 16, [("flags", 0), ("address", 8)])
      btf.add(enumeration: "sev_something", [("KVM_SEV_SOMETHING", 200)])
    }),
  HarmlessChange(
    "module of an update beside the kernel's own", on: .sid, touches: [.modules, .btf],
    Edit("kvm-amd.ko is in updates", facts: .of(.kernel)) { tree in
      let file = try tree.find(EditedModule.kvmAMD.patterns)
      let folder = file.split(separator: "/").prefix(4).joined(separator: "/")
      try tree.write(try tree.read(file), to: "\(folder)/updates/dkms/kvm-amd.ko.xz")
    }),
]
