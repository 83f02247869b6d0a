/// An MSR that KVM saves and restores, and when.
package struct MSRRule: Equatable, Sendable {
  /// What a host needs for KVM to list it.
  package enum Condition: Equatable, Sendable {
    case always
    case vendor(Platform.Processor.Vendor)
    case feature(CPUIDFeature)
    case witness(Witness)
    /// So many general counters of the architectural PMU (CPUID 0xA).
    case counters(atLeast: Int)
    /// A bit of IA32_ARCH_CAPABILITIES.
    case architecturalCapability(bit: Int)
    /// A bit of IA32_PERF_CAPABILITIES.
    case performanceCapability(bit: Int)
    case all([Condition])
    case any([Condition])
  }

  /// What the MSR holds in a new vCPU.
  package enum Reset: Equatable, Sendable {
    case value(UInt64)
    /// The platform's feature MSR of the same number, if it has one.
    case featureMSR(or: UInt64)
  }

  package var index: UInt32
  package var condition: Condition
  package var reset: Reset

  package init(_ index: UInt32, _ condition: Condition = .always, _ reset: Reset = .value(0)) {
    (self.index, self.condition, self.reset) = (index, condition, reset)
  }

  /// The value in a new vCPU.
  package func value(on host: Host) -> UInt64 {
    switch reset {
    case .value(let value): value
    case .featureMSR(let other): host.platform.processor.featureMSRs[index] ?? other
    }
  }
}

extension MSRRule.Condition {
  /// Whether a host meets it.
  package func holds(on host: Host) -> Bool {
    let processor = host.platform.processor
    return switch self {
    case .always: true
    case .vendor(let vendor): processor.vendor == vendor
    case .feature(let feature): feature.isIn(processor)
    case .witness(let witness): witness.isSeen(in: host.kernel)
    case .counters(let count):
      processor.vendor == .intel && Int((processor.leaf(0xA)?.eax ?? 0) >> 8 & 0xFF) >= count
    case .architecturalCapability(let bit):
      (processor.featureMSRs[0x10A] ?? 0) >> UInt64(bit) & 1 == 1
    case .performanceCapability(let bit):
      (processor.featureMSRs[0x345] ?? 0) >> UInt64(bit) & 1 == 1
    case .all(let conditions): conditions.allSatisfy { $0.holds(on: host) }
    case .any(let conditions): conditions.contains { $0.holds(on: host) }
    }
  }
}
