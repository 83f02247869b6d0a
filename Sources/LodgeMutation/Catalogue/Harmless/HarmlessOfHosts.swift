import Foundation
import LodgeBindings
import LodgeModel

/// Changes of how a set would set up a host that break nothing.
let harmlessOfHosts: [HarmlessChange] = [
  HarmlessChange(
    "module options that switch on, or say nothing", on: .sid, touches: [.hostSettings],
    .add(
      "etc/modprobe.d/vendor.conf", facts: .common,
      "# options kvm_amd sev=0\noptions kvm-amd sev=1 sev_es=Y\noptions snd_hda_intel power_save=0\n"
    )),
  HarmlessChange(
    "a blacklist of other modules", on: .trixie, touches: [.hostSettings],
    .add("usr/lib/modprobe.d/vendor.conf", facts: .common, "blacklist nouveau\nblacklist kvmgt\n")),
  HarmlessChange(
    "kernel arguments that nobody minds", on: .bookworm, touches: [.hostSettings],
    .add(
      "etc/default/grub.d/vendor.cfg", facts: .common,
      "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX console=ttyS0 iommu=nopt quiet\"\n")),
  HarmlessChange(
    "qemu.conf with other comments, and more of them", on: .sid, touches: [.hostSettings],
    .text("qemu.conf has other comments", in: ["etc/libvirt/qemu.conf"], facts: .common) {
      $0 = "# dynamic_ownership = 0\n" + $0 + "\n#namespaces = []\n\nmax_core = \"unlimited\"\n"
    }),
  HarmlessChange(
    "a device rule for /dev/kvm and others", on: .trixie, touches: [.hostSettings],
    .add(
      "etc/udev/rules.d/99-vendor.rules", facts: .common,
      "KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0666\"\nKERNEL==\"null\", MODE=\"0666\"\n")),
  HarmlessChange(
    "upgrades in the background that are switched off", on: .sid, touches: [.hostSettings],
    .add("usr/bin/unattended-upgrade", facts: .common, "#!/usr/bin/python3\n"),
    .add(
      "etc/apt/apt.conf.d/20auto-upgrades", facts: .common,
      "APT::Periodic::Unattended-Upgrade \"0\";\n")),
  HarmlessChange(
    "a hook of libvirt that changes nothing", on: .sid, touches: [.callers],
    .add(
      "etc/libvirt/hooks/qemu", facts: .common,
      "#!/bin/sh\n# certs-path is not set here\nlogger \"$@\"\n")),
  HarmlessChange(
    "a script that starts QEMU as upstream has it", on: .trixie, touches: [.callers],
    .add(
      "usr/bin/start-guest", facts: .common,
      "#!/bin/sh\nexec qemu-system-x86_64 -machine q35,confidential-guest-support=sev0 \"$@\"\n")),
  HarmlessChange(
    "hooks of other daemons", on: .bookworm, touches: [.callers],
    .add("etc/libvirt/hooks/network", facts: .common, "#!/bin/sh\nexit 0\n")),
  HarmlessChange(
    "a quote service on libvirt's socket, which domains may reach", on: .sid,
    touches: [.quoteService],
    .text(
      "the abstraction has the socket", in: ["etc/apparmor.d/abstractions/libvirt-qemu"],
      facts: .common, "/dev/kvm rw,", "/dev/kvm rw,\n  /run/tdx-qgs/qgs.socket rw,"),
    .add("etc/qgs.conf", facts: .common, "#port = 4050\nnumber_threads = 4\n")),
  HarmlessChange(
    "a quote service where nobody offers TDX", on: .trixie, touches: [.quoteService],
    .add("etc/qgs.conf", facts: .common, "port = 4050\n")),
  HarmlessChange(
    "a quote service where no TDX kernel is", on: .bookworm, touches: [.quoteService],
    .add(
      "usr/lib/systemd/system/qgsd.service", facts: .common,
      "[Service]\nUser=qgsd\nExecStart=/usr/bin/qgs --no-daemon -p=4050\n")),
  HarmlessChange(
    "an AppArmor abstraction with other comments", on: .sid, touches: [.accessPolicy],
    .text(
      "the abstraction has other comments", in: ["etc/apparmor.d/abstractions/libvirt-qemu"],
      facts: .common, "/dev/kvm rw,", "# for guests\n    /dev/kvm   rw ,")),
  HarmlessChange(
    "an AppArmor abstraction that lets more", on: .trixie, touches: [.accessPolicy],
    .text(
      "the abstraction lets more", in: ["etc/apparmor.d/abstractions/libvirt-qemu"],
      facts: .common, "/dev/kvm rw,", "/dev/kvm rw,\n  /dev/vendor rw,\n  deny /dev/mem rw,")),
  HarmlessChange(
    "a profile of another program", on: .bookworm, touches: [.accessPolicy],
    .add(
      "etc/apparmor.d/usr.bin.vendor", facts: .common,
      "profile vendor /usr/bin/vendor {\n  deny /dev/sev rw,\n}\n")),
  HarmlessChange(
    "documentation without bits that no kernel takes", on: .trixie, touches: [.documentation],
    .add(
      "usr/share/doc/libvirt-doc/formatdomain.rst", facts: [.documentation], documentedBits())),
  HarmlessChange(
    "documentation packed by gzip", on: .sid, touches: [.documentation],
    Edit("formatdomain.rst.gz is there", facts: [.documentation]) { tree in
      try tree.write(
        try Compression.gzip.pack(Data(documentedBits().utf8)),
        to: "usr/share/doc/libvirt-docs/formatdomain.rst.gz")
    }),
  HarmlessChange(
    "documentation of other things", on: .bookworm, touches: [.documentation],
    .add(
      "usr/share/doc/libvirt-doc/html/formatdomain.html", facts: [.documentation],
      "<html><body><h1>Domain XML format</h1><p>Nothing of launch security.</p></body></html>")),
]

/// A table as libvirt's page has it, with bits that every kernel takes.
private func documentedBits() -> String {
  """
  For SEV-SNP there is ``<launchSecurity type='sev-snp'>``:

  ====== =========================
  Bit(s) Description
  ====== =========================
  16     SMT may be enabled
  17     Reserved, must be one
  19     Debugging is allowed
  ====== =========================

  """
}
