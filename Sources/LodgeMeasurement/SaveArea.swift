package import Foundation

/// The registers of an encrypted vCPU as a page of memory (VMSA).
///
/// **Source:** AMD64 Architecture Programmer's Manual volume 2, table B-4 "VMSA Layout, State Save
/// Area for SEV-ES".
package struct SaveArea: Equatable, Sendable {
  /// Bytes.
  package static let size = 4096

  /// The whole page.
  package let page: Data

  /// A page that a launch gave to the firmware.
  ///
  /// `page` is one whole page.
  package init(page: Data) { self.page = page }

  /// How a vCPU begins.
  package struct Start: Hashable, Sendable {
    /// Where it takes its first instruction: the reset vector, or what the firmware names for
    /// processors after the first.
    package var address: UInt32
    /// What CPUID leaf 1 has in EAX, which the reset leaves in RDX.
    package var signature: UInt32
    /// SEV_FEATURES.
    package var features: UInt64
    /// Whether KVM writes the floating point registers as they are at a reset.
    ///
    /// KVM_SEV_ES_INIT leaves them out, so as not to change the digests of older kernels; guests
    /// of KVM_SEV_INIT2 have them.
    ///
    /// **Source:** Linux arch/x86/kvm/svm/sev.c (6.10 and later), `sev_es_sync_vmsa`.
    package var hasFloatingPoint: Bool

    package init(
      address: UInt32, signature: UInt32, features: UInt64, hasFloatingPoint: Bool
    ) {
      (self.address, self.signature) = (address, signature)
      (self.features, self.hasFloatingPoint) = (features, hasFloatingPoint)
    }

    /// The first instruction of an x86 processor.
    package static let resetVector: UInt32 = 0xffff_fff0
  }

  /// The page that KVM makes of a vCPU which QEMU has only reset.
  ///
  /// **Source:** registers at a reset: AMD64 Architecture Programmer's Manual volume 2, table 14-1;
  /// QEMU target/i386/cpu.c, `x86_cpu_reset_hold`, and target/i386/sev.c,
  /// `sev_es_set_reset_vector`. What KVM adds to them: Linux arch/x86/kvm/svm/svm.c
  /// (`svm_set_efer` sets SVME, `svm_set_cr4` keeps the host's MCE) and arch/x86/kvm/svm/sev.c,
  /// `sev_es_sync_vmsa`.
  package init(_ start: Start) {
    var page = Page()
    for field in ["es", "ss", "ds", "fs", "gs"] { page.setSegment(field, attributes: 0x93) }
    page.setSegment("cs", 0xf000, attributes: 0x9b, base: UInt64(start.address & 0xffff_0000))
    page.setSegment("gdtr", attributes: 0)
    page.setSegment("idtr", attributes: 0)
    page.setSegment("ldtr", attributes: 0x82)
    page.setSegment("tr", attributes: 0x8b)
    page.set("efer", 1 << 12)
    page.set("cr4", 1 << 6)
    page.set("cr0", 0x10)
    page.set("dr7", 0x400)
    page.set("dr6", 0xffff_0ff0)
    page.set("rflags", 2)
    page.set("rip", UInt64(start.address & 0xffff))
    page.set("g_pat", 0x0007_0406_0007_0406)
    page.set("rdx", UInt64(start.signature))
    page.set("sev_features", start.features)
    page.set("xcr0", 1)
    if start.hasFloatingPoint {
      page.set("mxcsr", 0x1f80)
      page.set("x87_fcw", 0x37f)
    }
    self.page = Data(page.bytes)
  }

  /// A page being filled, by the names of its fields.
  private struct Page {
    var bytes = [UInt8](repeating: 0, count: SaveArea.size)

    mutating func set(_ name: String, _ value: UInt64) {
      guard let field = Field.named[name] else { preconditionFailure("no field \(name)") }
      for byte in 0..<field.size {
        bytes[field.offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
      }
    }

    mutating func setSegment(
      _ name: String, _ selector: UInt64 = 0, attributes: UInt64, base: UInt64 = 0
    ) {
      set("\(name).selector", selector)
      set("\(name).attrib", attributes)
      set("\(name).limit", 0xffff)
      set("\(name).base", base)
    }
  }
}
