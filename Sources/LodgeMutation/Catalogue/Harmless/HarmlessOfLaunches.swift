import LodgeModel

/// Changes that break nothing, neither in packages nor where domains are launched.
let harmlessOfLaunches: [HarmlessChange] = [
  HarmlessChange(
    "AMD guests on QEMU with more bytes behind it", on: .trixie, touches: [.qemu],
    launching: onAMD, .appended("vendor", to: Edit.qemuPrograms, facts: .of(.qemu))),
  HarmlessChange(
    "AMD guests on headers with other comments", on: .trixie, touches: [.uapi], launching: onAMD,
    .otherComments),
  HarmlessChange(
    "AMD guests by a libvirt with texts that nobody searches for", on: .trixie, touches: [.texts],
    launching: onAMD, .appended("vendor: %s\0", to: Edit.drivers, facts: .of(.libvirt))),
  HarmlessChange(
    "TDs on QEMU with more bytes behind it", on: .tdxHostOfHeaders, touches: [.qemu],
    launching: onTDX,
    .appended("vendor", to: Edit.qemuPrograms, facts: .of(.qemu))),
  HarmlessChange(
    "TDs on headers with other comments", on: .tdxHostOfHeaders, touches: [.uapi], launching: onTDX,
    .otherComments),
  HarmlessChange(
    "TDs with kconfig in another order", on: .tdxHostOfHeaders, touches: [.kconfig],
    launching: onTDX,
    .kconfig("is in another order") { text in
      text = text.split(separator: "\n").reversed().joined(separator: "\n") + "\n"
    }),
]

extension Edit {
  fileprivate static let otherComments = header("asm/kvm.h", "has other comments") {
    $0 = $0.replacing("\n#define ", with: "\n/* */ #define ")
  }
}

private let onAMD = [
  "sev/direct-boot", "sev/measure-failure", "sev-es/reset", "sev-snp/launch-lifecycle",
  "sev-snp/launch-security-info", "sev-snp/reset",
]
private let onTDX = ["tdx/launch-lifecycle", "tdx/query-sev", "tdx/cpu-models"]
