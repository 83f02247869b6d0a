import LodgeContracts
import LodgeModel

/// What contracts about a set as a whole must catch.
let setMutations: [Mutation] = [
  Mutation(
    "C10 package left out", .setClosure, on: .sid, naming: "libvirt0",
    .packages("libvirt0 is left out") { packages, _ in
      packages.removeAll { $0.name == "libvirt0" }
    }),
  Mutation(
    "C10 mixed suites", .setClosure, on: .trixie, naming: "qemu-system-x86",
    .packages("qemu-system-x86 is of sid") { try $0.take("qemu-system-x86", from: $1["sid"]) }),
  Mutation(
    "R68 older build", .nothingOutranks, on: .trixie, naming: "qemu-system-x86", grade: .warn,
    .packages("qemu-system-x86 is of bookworm") {
      try $0.take("qemu-system-x86", from: $1["bookworm"])
    }),
  Mutation(
    "C11 unattended upgrades", .noUpgrader, on: .sid, naming: "unattended-upgrades", grade: .warn,
    .add("usr/bin/unattended-upgrade", facts: .common, "#!/usr/bin/python3\n"),
    .add(
      "etc/apt/apt.conf.d/20auto-upgrades", facts: .common,
      "APT::Periodic::Unattended-Upgrade \"1\";\n")),
  Mutation(
    "C13 QEMU's text", .messages, on: .trixie, naming: "not supported by KVM", grade: .warn,
    .bytes(
      in: Edit.qemuPrograms, facts: [.texts], "vm-type %s not supported by KVM",
      "vm-type %s is refused by /dev/k")),
]

extension [Package] {
  /// Takes a package of another set in place of the own one of the name.
  fileprivate mutating func take(_ name: String, from other: [Package]?) throws {
    guard let place = firstIndex(where: { $0.name == name }),
      let package = other?.first(where: { $0.name == name })
    else { throw StaleEdit("not both sets have \(name)") }
    self[place] = package
  }
}
