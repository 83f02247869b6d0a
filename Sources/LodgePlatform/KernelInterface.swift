package import LodgeModel

/// The numbers and structures of a kernel's user space interface that the platform model knows by
/// name.
package struct KernelInterface: Equatable, Sendable {
  /// Enumerators, flags and numbers of calls.
  package private(set) var constants: [String: Int64]
  /// Structures by tag.
  package private(set) var layouts: [String: TypeLayout]
  /// Where sources disagree, one sentence each.
  package private(set) var notes: [String] = []

  /// Puts together what headers and BTF say about a kernel.
  ///
  /// BTF wins where both have a thing. What a kernel gained late is let in by its witness alone:
  /// it is left out of newer headers, and added to older ones.
  package init(of kernel: KernelFacts) {
    constants = kernel.headers.constants.filter { Self.isOfInterest($0.key) }
    layouts = kernel.headers.layouts.filter { Self.isStructure($0.key) }
    for object in kernel.types?.objects.keys.sorted() ?? [] {
      if let table = kernel.types?.objects[object] { take(table) }
    }
    notes.sort()
    let added = LateAddition.all.flatMap { apply($0, in: kernel) }.sorted()
    if !added.isEmpty {
      notes.append(
        "not in the headers, but kernel \(kernel.version) has: \(added.joined(separator: ", "))")
    }
  }

  private mutating func take(_ table: KernelTypes.Table) {
    for (name, value) in table.enumerators {
      if let old = constants[name] {
        guard old != value else { continue }
        notes.append("\(name) is \(value) in BTF and \(old) in the headers: BTF is taken")
      } else if !Self.isUAPIEnumerator(name) {
        continue
      }
      constants[name] = value
    }
    for (tag, layout) in table.layouts where Self.isStructure(tag) {
      if let old = layouts[tag], old.size != layout.size {
        notes.append(
          "struct \(tag) has \(layout.size) bytes in BTF and \(old.size) in the headers: "
            + "BTF is taken")
      }
      layouts[tag] = layout
    }
  }

  /// Takes a late part out or in; returns what the headers did not have of it.
  private mutating func apply(_ late: LateAddition, in kernel: KernelFacts) -> [String] {
    guard late.witness.isSeen(in: kernel) else {
      constants = constants.filter { !late.names($0.key) }
      layouts = layouts.filter { !late.names($0.key) }
      return []
    }
    let added = late.numbers.filter { constants[$0.key] == nil }
    constants.merge(added) { $1 }
    return Array(added.keys)
  }

  private static func isOfInterest(_ name: String) -> Bool {
    ["KVM_", "SEV_", "TDX_", "GUEST_MEMFD_", "MSR_KVM_"].contains { name.hasPrefix($0) }
      && !isForeign(name)
      || firmwareCommands.contains(name)
  }

  /// Commands of SEV_ISSUE_CMD whose names do not start with SEV_ (include/uapi/linux/psp-sev.h).
  private static let firmwareCommands: Set<String> = [
    "SNP_PLATFORM_STATUS", "SNP_COMMIT", "SNP_SET_CONFIG", "SNP_VLEK_LOAD",
  ]

  /// Whether an enumerator that only BTF shows belongs to user space's interface.
  private static func isUAPIEnumerator(_ name: String) -> Bool {
    ["KVM_SEV_", "KVM_TDX_", "SEV_RET_"].contains { name.hasPrefix($0) }
      || firmwareCommands.contains(name)
  }

  /// Whether a name of the common headers is for another architecture.
  private static func isForeign(_ name: String) -> Bool {
    let foreign: Set<Substring> = [
      "ARM", "S390", "PPC", "MIPS", "RISCV", "LOONGARCH", "SPAPR", "BOOKE", "XICS", "XIVE",
    ]
    return name.split(separator: "_").contains { foreign.contains($0) }
  }

  private static func isStructure(_ tag: String) -> Bool {
    (tag.hasPrefix("kvm_") || tag.hasPrefix("sev_user_") || tag == "sev_issue_cmd")
      && !tag.hasPrefix("kvm_s390") && !tag.hasPrefix("kvm_arm")
  }
}
