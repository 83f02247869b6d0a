import Foundation
import LodgeModel

/// Changes of programs and packages that break nothing.
let harmlessOfPrograms: [HarmlessChange] = [
  HarmlessChange(
    "QEMU with texts that nobody searches for", on: .sid, touches: [.texts],
    .appended(
      "vendor: %s is not known\0KVM_SEV_VENDOR failed\0", to: Edit.qemuPrograms, facts: [.texts])
  ),
  HarmlessChange(
    "QEMU with another text of ours", on: .trixie, touches: [.texts],
    .bytes(
      in: Edit.qemuPrograms, facts: [.texts], "QEMU emulator version", "QEMU Emulator Version")),
  HarmlessChange(
    "libvirt's driver with texts that nobody searches for", on: .bookworm, touches: [.texts],
    .appended("vendor: %s\0", to: Edit.drivers, facts: [.texts])),
  HarmlessChange(
    "QEMU's copy of headers with other comments", on: .trixie,
    touches: [.vendoredHeaders],
    .text(
      "QEMU's copy has other comments", in: ["usr/src/lodge/*/linux-headers/linux/kvm.h"],
      facts: [.vendoredHeaders], "\n#define ", "\n/* copied */\n#define ")),
  HarmlessChange(
    "QEMU's copy of headers with numbers in hexadecimal", on: .trixie,
    touches: [.vendoredHeaders],
    .text(
      "QEMU's copy has a number in hexadecimal",
      in: ["usr/src/lodge/*/linux-headers/linux/kvm.h"], facts: [.vendoredHeaders],
      "#define KVM_CAP_VM_TYPES 235", "#define KVM_CAP_VM_TYPES 0xEB")),
  HarmlessChange(
    "QEMU's copy of headers without other architectures' numbers", on: .trixie,
    touches: [.vendoredHeaders],
    .text(
      "QEMU's copy has no number of PowerPC",
      in: ["usr/src/lodge/*/linux-headers/linux/kvm.h"], facts: [.vendoredHeaders],
      "#define KVM_EXIT_PAPR_HCALL", "#define VENDOR_EXIT_PAPR_HCALL")),
  HarmlessChange(
    "QEMU with more bytes behind it", on: .sid, touches: [.qemuModules, .start],
    .appended(
      "vendor", to: Edit.qemuPrograms, facts: [.qemuModules, .start], changesQEMU: true)),
  HarmlessChange(
    "a module of QEMU with more bytes behind it", on: .sid, touches: [.qemuModules, .start],
    .appended(
      "vendor", to: ["usr/lib/*/qemu/hw-usb-host.so"], facts: [.qemuModules, .start],
      changesQEMU: true)),
  HarmlessChange(
    "a library of QEMU with more bytes behind it", on: .trixie, touches: [.start],
    .appended(
      "vendor", to: ["usr/lib/*/libpixman-1.so.0.*"], facts: [.start], changesQEMU: true)),
  HarmlessChange(
    "a folder of modules with a text in it", on: .trixie, touches: [.qemuModules],
    .add("usr/lib/x86_64-linux-gnu/qemu/README", facts: [.qemuModules], "Modules of QEMU.\n")),
  HarmlessChange(
    "a set without firmware that nothing requires", on: .trixie, touches: [.closure],
    .packages("ovmf is left out") { packages, _ in packages.removeAll { $0.name == "ovmf" } }),
  HarmlessChange(
    "a set without headers", on: .bookworm, touches: [.closure],
    .packages("linux-libc-dev is left out") { packages, _ in
      packages.removeAll { $0.name == "linux-libc-dev" }
    }),
  HarmlessChange(
    "a set without headers (sid)", on: .sid, touches: [.closure],
    .packages("linux-libc-dev is left out") { packages, _ in
      packages.removeAll { $0.name == "linux-libc-dev" }
    }),
]

extension Edit {
  /// Adds bytes behind a program.
  static func appended(
    _ text: String, to patterns: [String], facts: Set<FactName>, changesQEMU: Bool = false
  ) -> Self {
    Self("\(patterns[0]) has more texts", facts: facts, changesQEMU: changesQEMU) { tree in
      try tree.edit(try tree.find(patterns)) { $0 += Array("\0\(text)".utf8) }
    }
  }
}
