package import LodgeModel

extension Platform {
  /// What `KVM_GET_SUPPORTED_CPUID` answers on this processor.
  ///
  /// - Parameter types: the kinds of guest that kvm_amd has switched on; the bits of CPUID
  ///   0x8000001F follow from them.
  package func supportedCPUID(launching types: Set<DomainType>) -> [CPUIDEntry] {
    processor.cpuid.map { CPUIDEntry($0, isIndexed: false) }
  }
}
