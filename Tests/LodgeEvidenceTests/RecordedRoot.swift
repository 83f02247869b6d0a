import Foundation
import LodgeEvidence
import LodgeModel
import LodgeTesting

/// A root made of the recorded fixtures, in which every collector finds its fact; owns its folder.
struct RecordedRoot {
  private let folder: TemporaryFolder

  /// Writes the files of a kernel, a QEMU, a libvirt and their firmware.
  init() async throws {
    folder = try TemporaryFolder()
    try await folder.addShell()
    try folder.write(ScriptedQEMU.script, to: "usr/bin/qemu-system-x86_64", mode: 0o755)
    for files in [try Self.kernel(), try Self.libvirt(), try Self.firmware(), try Self.host()] {
      for (path, bytes) in files { try folder.write(bytes, to: path) }
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/usr/lib64/libvirt.so.0", withDestinationPath: "libvirt.so.0.11003.0")
  }

  /// Calls a closure with the root, which goes away after it.
  func read<Value>(_ body: (Root) async throws -> Value) async throws -> Value {
    let root = try Root(
      at: folder.path, ownerOf: { _ in "owner 1" },
      closure: { .found(SetClosure(packages: 1, rivals: [])) })
    let value = try await body(root)
    withExtendedLifetime(folder) {}
    return value
  }

  private static func kernel() throws -> [String: Data] {
    // The types of ccp.ko are over those of a whole kernel.
    let modules = try RecordedKernel().files.filter { !$0.key.contains("ccp") }
    let headers = try HeaderTree("linux-libc-dev/6.12.117-1")
    return modules.merging(headers.files) { $1 }.merging(headers.vendored) { $1 }.merging([
      RecordedKernel.module("modules.builtin"): Data("kernel/arch/x86/kvm/kvm.ko\n".utf8),
      RecordedKernel.module("modules.builtin.modinfo"): Data("kvm.parmtype=tdp_mmu:bool\0".utf8),
    ]) { $1 }
  }

  private static func libvirt() throws -> [String: Data] {
    [
      "usr/lib64/libvirt.so.0.11003.0":
        try RecordedFile("libvirt/libvirt-lxc-11.3.0_x86_64.so").data,
      "usr/lib64/libvirt/connection-driver/libvirt_driver_qemu.so":
        try RecordedFile("libvirt-driver/libvirt_driver_qemu-12.8.0_x86_64.rodata").data,
      "usr/share/libvirt/schemas/domaincommon.rng":
        try RecordedFile("libvirt-schema/domaincommon-12.8.0.rng").data,
    ]
  }

  private static func firmware() throws -> [String: Data] {
    let volume = CompressedVolume(try RecordedFile("ovmf/volume-verifier.lzma").data).data
    var files = [
      "usr/share/ovmf/OVMF.amdsev.fd": volume + (try OVMFTail("OVMF-2026.08_x86_64+amdsev").data),
      "usr/share/ovmf/OVMF.inteltdx.ms.fd":
        try OVMFTail("OVMF-2026.08_x86_64+inteltdx.ms").data,
    ]
    for name in ["60-edk2-x86_64-amdsev.json", "60-edk2-x86_64-inteltdx.json"] {
      files["usr/share/qemu/firmware/\(name)"] =
        try RecordedFile("firmware-descriptors/\(name)").data
    }
    return files
  }

  private static func host() throws -> [String: Data] {
    [
      "usr/lib/udev/rules.d/50-udev-default.rules":
        try RecordedFile("host/50-udev-default-262.1.rules").data,
      "etc/libvirt/qemu.conf": try RecordedFile("host/qemu-12.8.0+cut.conf").data,
      "etc/qgs.conf": Data("#port = 4050\n".utf8),
      "etc/apparmor.d/abstractions/libvirt-qemu":
        try RecordedFile("apparmor/libvirt-qemu-12.8.0").data,
      "usr/share/doc/libvirt-doc/html/formatdomain.html":
        try RecordedFile("libvirt-docs/formatdomain-12.8.0+cut.html").data,
    ]
  }
}
