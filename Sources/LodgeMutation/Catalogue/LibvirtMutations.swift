import Foundation
import LodgeContracts
import LodgeModel

/// What contracts about libvirt, and about hosts that it is installed on, must catch.
let libvirtMutations: [Mutation] = [
  Mutation(
    "R10 hook", .certsPath, on: .sid, naming: "certs-path",
    .add(
      "etc/libvirt/hooks/qemu", facts: .common,
      "#!/bin/sh\nsed 's/sev-snp-guest/&,certs-path=\\/opt\\/certs/'\n")),
  Mutation(
    "R22 documented bits", .documentedPolicy, on: .trixie, naming: "18", grade: .warn,
    .add("usr/share/doc/libvirt-doc/formatdomain.rst", facts: [.documentation], documentedPolicy)),
  Mutation(
    "R26 schema drops", .qemuProperties, .schemaAcrossBuilds, on: .sid, naming: "idAuth",
    .domainSchema("<element name=\"idAuth\">", "<element name=\"idAuto\">")),
  Mutation(
    "R77 object", .driverWords, on: .sid, naming: "tdx-guest", .driver("tdx-guest", "tdx-guesT")),
  Mutation(
    "R77 command", .driverWords, on: .trixie, naming: "query-sev-launch-measure",
    .driver("query-sev-launch-measure", "query-sev-launch-digests")),
  Mutation(
    "R77 machine", .driverWords, on: .bookworm, naming: "confidential-guest-support",
    .driver(",confidential-guest-support=lsec0", ",confidential_guest_support=lsec0")),
  Mutation(
    "R33 feature", .descriptorWords, on: .sid, naming: "intel-tdx",
    .driver("intel-tdx", "intel-tdy")),
  Mutation(
    "R81 part", .domainSchema, on: .sid, naming: "basictypes.rng",
    .remove("usr/share/libvirt/schemas/basictypes.rng", facts: .of(.libvirt))),
  Mutation(
    "R81 start", .domainSchema, on: .trixie, naming: "nothing leads there",
    .domainSchema("nobody refers to launchSecurity") { text in
      text = text.replacing("<ref name=\"launchSecurity\"/>", with: "<empty/>")
    }),
  Mutation(
    "R81 dangling", .domainSchema, on: .bookworm, naming: "hexuinteger",
    .domainSchema("<ref name=\"hexuint\"/>", "<ref name=\"hexuinteger\"/>")),
  Mutation(
    "R80 rule", .kvmDevice, on: .sid, naming: "/dev/kvm",
    .add(
      "etc/udev/rules.d/99-kvm.rules", facts: .common,
      "KERNEL==\"kvm\", GROUP=\"root\", MODE=\"0600\"\n")),
  Mutation(
    "R40 labels nothing", .sevDevice, on: .sid, naming: "dynamic_ownership",
    .text("qemu.conf labels nothing", in: ["etc/libvirt/qemu.conf"], facts: .common) {
      $0 += "\nuser = \"libvirt-qemu\"\ngroup = \"nogroup\"\ndynamic_ownership = 0\n"
    }),
  Mutation(
    "R40 rule", .sevDevice, on: .trixie, naming: "0000",
    .add(
      "etc/udev/rules.d/99-sev.rules", facts: .common, "KERNEL==\"sev\", MODE=\"0000\"\n")),
  Mutation(
    "R54 vsock", .quoteSocket, on: .sid, naming: "4050",
    .add("etc/qgs.conf", facts: .common, "port = 4050\nnumber_threads = 4\n")),
  Mutation(
    "R66 option", .switchedOff, on: .trixie, naming: "sev_es=0",
    .add("etc/modprobe.d/vendor.conf", facts: .common, "options kvm-amd sev_es=0\n")),
  Mutation(
    "R66 page tables", .switchedOff, on: .trixie, naming: "pgtbl_v2",
    .add(
      "etc/default/grub.d/vendor.cfg", facts: .common,
      "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT amd_iommu=pgtbl_v2\"\n")),
  Mutation(
    "R66 nosnp", .switchedOff, on: .sid, naming: "nosnp",
    .add("etc/kernel/cmdline", facts: .common, "quiet sev=debug,nosnp\n")),
  Mutation(
    "R66 passthrough", .switchedOff, on: .sid, naming: "iommu=pt",
    .add(
      "etc/default/grub.d/vendor.cfg", facts: .common,
      "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT iommu=pt\"\n")),
  Mutation(
    "R76 values", .schemaAcrossBuilds, on: .trixie, naming: "hostData", grade: .warn,
    .domainSchema("hostData is a number") { text in
      guard let place = text.range(of: "<element name=\"hostData\">"),
        let data = text.range(of: "type=\"string\"", range: place.upperBound..<text.endIndex)
      else { throw StaleEdit("it has no hostData") }
      text.replaceSubrange(data, with: "type=\"integer\"")
    }),
  Mutation(
    "R76 gone", .schemaAcrossBuilds, on: .sid, naming: "launchSecurity schema",
    .remove("usr/share/libvirt/schemas/domaincommon.rng", facts: .of(.libvirt))),
  Mutation(
    "R76 type", .schemaAcrossBuilds, on: .trixie, naming: "sev-snp",
    .domainSchema("<value>sev-snp</value>", "<value>sev-snq</value>")),
  Mutation(
    "C15 symbol", .libvirtSymbols, on: .sid, naming: "virNodeGetSEVInfo",
    .library("hides virNodeGetSEVInfo") { try $0.hide(symbol: "virNodeGetSEVInfo") }),
  Mutation(
    "C15 version", .libvirtSymbols, on: .bookworm, naming: "virDomainSetLaunchSecurityState",
    .library("has virDomainSetLaunchSecurityState without a version") {
      try $0.stripVersion(of: "virDomainSetLaunchSecurityState")
    }),
  Mutation(
    "C16 AppArmor", .domainAccess, on: .sid, naming: "/dev/kvm", grade: .warn,
    .text(
      "the abstraction has no /dev/kvm", in: ["etc/apparmor.d/abstractions/libvirt-qemu"],
      facts: .common, "/dev/kvm rw,", "# /dev/kvm is withheld")),
  Mutation(
    "R23 bit", .tdxPolicy, .documentedPolicy, on: .sid, naming: "bit 0", grade: .warn,
    .add("usr/share/doc/libvirt-doc/formatdomain.rst", facts: [.documentation], documentedDebugging)
  ),
  Mutation(
    "R41 parameter", .snpOffer, on: .trixie, naming: "sev_snp", grade: .warn,
    .moduleInfo(.kvmAMD, "parmtype=sev_snp:", "parmtype=snp_sev:")),
  Mutation(
    "R42 version", .tdxOffer, on: .sid, naming: "11.8",
    Edit("libvirt is 11.8.0", facts: .of(.libvirt)) { tree in
      let link = try tree.find(Edit.libraries)
      let file = try tree.resolve(link)
      let folder = file.split(separator: "/").dropLast().joined(separator: "/")
      try tree.move(file, to: "\(folder)/libvirt.so.0.11008.0")
      try tree.remove(link)
      try tree.link(link, to: "libvirt.so.0.11008.0")
    },
    .driver("cannot check TDX", "cannot check XDT")),
  Mutation(
    "R44 hidden", .esGuestCount, on: .sid, naming: "ciphertext_hiding_asids", grade: .warn,
    .add(
      "etc/modprobe.d/vendor.conf", facts: .common,
      "options kvm_amd ciphertext_hiding_asids=50\n")),
]

/// A table as libvirt's page has it, with a bit that no kernel takes.
private let documentedPolicy = """
  Launch Security
  ===============

  For SEV-SNP there is ``<launchSecurity type='sev-snp'>``:

  ====== =========================
  Bit(s) Description
  ====== =========================
  16     SMT may be enabled
  17     Reserved, must be one
  18     A migration agent may be associated
  ====== =========================

  """

/// A table as libvirt's page has it, with a bit that no TD is launched with.
private let documentedDebugging = """
  Launch Security
  ===============

  For TDX there is ``<launchSecurity type='tdx'>``:

  ====== =========================
  Bit(s) Description
  ====== =========================
  0      Debugging is allowed
  28     Virtualization exceptions are disabled
  ====== =========================

  """
