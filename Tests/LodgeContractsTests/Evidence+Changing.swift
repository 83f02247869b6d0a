import LodgeModel
import Testing

extension Evidence {
  /// The same evidence with one fact changed.
  func changing<Value>(
    _ key: WritableKeyPath<Evidence, Fact<Value>>, _ change: (inout Value) -> Void
  ) -> Self {
    var copy = self
    guard case .found(var value) = self[keyPath: key] else { return self }
    change(&value)
    copy[keyPath: key] = .found(value)
    return copy
  }

  /// The same evidence with one fact replaced.
  func setting<Value>(
    _ key: WritableKeyPath<Evidence, Fact<Value>>, to fact: Fact<Value>
  ) -> Self {
    var copy = self
    copy[keyPath: key] = fact
    return copy
  }

  /// The same evidence with the facts of one member taken from another set.
  func taking(_ member: Member, from other: Self) -> Self {
    var copy = self
    switch member {
    case .kernel:
      (copy.kernel, copy.kconfig, copy.modules) = (other.kernel, other.kconfig, other.modules)
      (copy.btf, copy.uapi) = (other.btf, other.uapi)
      copy.moduleInterfaces = other.moduleInterfaces
    case .qemu:
      copy.start = other.start
      (copy.qemu, copy.qmp, copy.qom) = (other.qemu, other.qmp, other.qom)
      (copy.machines, copy.cpuModels) = (other.machines, other.cpuModels)
      (copy.defaults, copy.replies) = (other.defaults, other.replies)
      (copy.vmstate, copy.qemuModules) = (other.vmstate, other.qemuModules)
      copy.vendoredHeaders = other.vendoredHeaders
    case .libvirt:
      (copy.libvirt, copy.launchSecurity) = (other.libvirt, other.launchSecurity)
      (copy.libvirtKeys, copy.documentation) = (other.libvirtKeys, other.documentation)
    case .firmware:
      (copy.firmware, copy.descriptors) = (other.firmware, other.descriptors)
    }
    return copy.changing(\.texts) { $0.byMember[member] = other.texts.value?.byMember[member] }
  }
}

extension Contract {
  /// The cell of one domain type, or the only one.
  func cell(of evidence: Evidence, _ type: DomainType? = nil) throws -> Cell {
    try #require(cells(of: evidence).first { type == nil || $0.type == type })
  }

  /// The cell of one domain type, or the only one, where a set is compared with another.
  func cell(
    of evidence: Evidence, against before: Evidence, _ type: DomainType? = nil
  ) throws -> Cell {
    try #require(cells(of: evidence, before: before).first { type == nil || $0.type == type })
  }

  /// The outcome of one domain type, or the only one, where a set is compared with another.
  func outcome(
    of evidence: Evidence, against before: Evidence, _ type: DomainType? = nil
  ) throws -> Outcome {
    try cell(of: evidence, against: before, type).outcome
  }

  /// The outcome for one domain type, or the only one.
  func outcome(of evidence: Evidence, _ type: DomainType? = nil) throws -> Outcome {
    try cell(of: evidence, type).outcome
  }
}

/// Checks that a contract without a fact is not run, and in error where the fact is unreadable.
func expect<Value>(
  _ contract: Contract, needs key: WritableKeyPath<Evidence, Fact<Value>>,
  in evidence: Evidence = .sid, for type: DomainType? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let name = try #require(FactName(of: key), sourceLocation: sourceLocation)
  let absent = try contract.cell(of: evidence.setting(key, to: .absent("nothing there")), type)
  #expect(absent.outcome == .notRun, sourceLocation: sourceLocation)
  #expect(absent.reason == "no \(name.title): nothing there", sourceLocation: sourceLocation)
  let broken = try contract.cell(of: evidence.setting(key, to: .unreadable("bad bytes")), type)
  #expect(broken.outcome == .error, sourceLocation: sourceLocation)
  #expect(broken.reason == "cannot read \(name.title): bad bytes", sourceLocation: sourceLocation)
}
