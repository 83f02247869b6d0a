import Foundation
import LodgeModel

/// Changes of UAPI headers that break nothing.
let harmlessOfHeaders: [HarmlessChange] = [
  HarmlessChange(
    "headers with other comments and white space", on: .sid, touches: [.uapi],
    .header("linux/kvm.h", "has other comments") { text in
      text = text.replacing("\n#define ", with: "\n/* rebuilt\n */ #\tdefine ")
    },
    .header("asm/kvm.h", "is indented by spaces") { text in
      text = text.replacing("\t", with: "  ") + "\n// the end\n"
    }),
  HarmlessChange(
    "numbers in hexadecimal", on: .sid, touches: [.uapi],
    .define("KVM_CAP_VM_TYPES", "0xEB", in: "linux/kvm.h"),
    .define("KVM_X86_SNP_VM", "0x4", in: "asm/kvm.h"),
    .define("KVM_EXIT_MEMORY_FAULT", "0x27", in: "linux/kvm.h")),
  HarmlessChange(
    "numbers as other numbers say them", on: .trixie, touches: [.uapi],
    .define("KVM_CAP_VM_TYPES", "(KVM_CAP_GUEST_MEMFD + 1)", in: "linux/kvm.h"),
    .define("KVM_X86_SNP_VM", "(1 << 2)", in: "asm/kvm.h")),
  HarmlessChange(
    "enumerators with their values written out", on: .trixie, touches: [.uapi],
    .enumerator("KVM_SEV_SNP_LAUNCH_UPDATE", 101, in: "asm/kvm.h"),
    .enumerator("KVM_SEV_SNP_LAUNCH_FINISH", 102, in: "asm/kvm.h")),
  HarmlessChange(
    "enumerators in another order with the same values", on: .sid, touches: [.uapi],
    .header("asm/kvm.h", "TDX commands are in another order") { text in
      guard let start = text.range(of: "KVM_TDX_CAPABILITIES = 0,"),
        let end = text[start.upperBound...].range(of: "KVM_TDX_GET_CPUID,")
      else { throw StaleEdit("it has no list of TDX commands") }
      text.replaceSubrange(
        start.lowerBound..<end.upperBound,
        with: "KVM_TDX_GET_CPUID = 5, KVM_TDX_FINALIZE_VM = 4, KVM_TDX_INIT_MEM_REGION = 3,\n"
          + "KVM_TDX_INIT_VCPU = 2, KVM_TDX_INIT_VM = 1, KVM_TDX_CAPABILITIES = 0,\n"
          + "KVM_TDX_LAST = 5,")
    }),
  HarmlessChange(
    "constants and structures that nobody asks for", on: .bookworm, touches: [.uapi],
    .header("linux/kvm.h", "has more") { text in
      let more = """

        #define KVM_CAP_SOMETHING_NEW 999
        #define KVM_EXIT_SOMETHING_NEW 99
        struct kvm_something_new { __u32 flags; __u64 address; __u8 pad[52]; };

        #endif /* __LINUX_KVM_H */
        """
      guard let end = text.range(of: "#endif", options: .backwards) else {
        throw StaleEdit("it has no end")
      }
      text.replaceSubrange(end.lowerBound..., with: more + "\n")
    }),
  HarmlessChange(
    "padding under another name", on: .sid, touches: [.uapi],
    .structure("kvm_tdx_init_vm", in: "asm/kvm.h", "reserved[12]", "padding[12]")),
  HarmlessChange(
    "x86 headers where RPM distributions have them", on: .sid, touches: [.uapi],
    Edit("asm is in usr/include", facts: [.uapi]) { tree in
      try tree.move("usr/lib/linux/uapi/x86/asm", to: "usr/include/asm")
    }),
  HarmlessChange(
    "x86 headers where older Debian has them", on: .trixie, touches: [.uapi],
    Edit("asm is in usr/include/x86_64-linux-gnu", facts: [.uapi]) { tree in
      // Links lead from there to where they are now.
      try tree.move("usr/include/x86_64-linux-gnu/asm", to: "usr/include/x86_64-linux-gnu/links")
      try tree.move("usr/lib/linux/uapi/x86/asm", to: "usr/include/x86_64-linux-gnu/asm")
    }),
  HarmlessChange(
    "headers and kernel of a newer stable release", on: .trixie, touches: [.uapi, .kernel],
    .define("LINUX_VERSION_CODE", "\(6 << 16 + 12 << 8 + 118)", in: "linux/version.h"),
    .image("the banner says 6.12.118") { image in
      try image.editBanner { $0.replacing(/6\.12\.\d+/, with: "6.12.118") }
    },
    Edit("its modules are in a folder of that name", facts: .of(.kernel)) { tree in
      let folder = try tree.find(["usr/lib/modules/*"])
      let release = folder.split(separator: "/").last.map(String.init) ?? ""
      let newer = release.replacing(/6\.12\.\d+/, with: "6.12.118")
      try tree.move(folder, to: "usr/lib/modules/\(newer)")
      for file in ["vmlinuz", "config"] {
        try tree.move("boot/\(file)-\(release)", to: "boot/\(file)-\(newer)")
      }
    }),
]
