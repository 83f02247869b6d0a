package import LodgeModel

extension Contract {
  /// A TDX domain has the processor, and the clock, that a TD can have.
  package static let tdxProcessor = Contract(
    id: "libvirt.tdx-cpu", catalogue: "R50",
    claim: "A TDX domain gets the host's processor at a clock that the TDX module takes; a named "
      + "model is refused",
    from: [.qemu, .libvirt], to: [.kernel],
    basis: "QEMU target/i386/kvm/tdx.c: named models are refused (750560f8a8); Linux "
      + "arch/x86/kvm/vmx/tdx.c, setup_tdparams: the TSC is a multiple of 25 MHz from 100 MHz to "
      + "10 GHz",
    remedy: "give TDX domains cpu mode='host-passthrough' or 'maximum', and no TSC frequency",
    knownCase: "canonical/tdx#286: KVM_TDX_INIT_VM failed: Invalid argument",
    types: [.tdx], launching: ["tdx/cpu-models"]
  ).onCalls { type, calls, _ in
    let sent = calls.numbers(in: "khz", of: "KVM_SET_TSC_KHZ")
    return .judged(
      sent.filter { !($0.number.isMultiple(of: 25_000) && clocks.contains($0.number)) }.map {
        Finding(
          .fail, "QEMU gives \(type.title) guests a TSC of \($0.number) kHz", where: $0.place,
          sides: [
            .init(.qemu, "sends \($0.number) kHz"),
            .init(.kernel, "takes multiples of 25000 kHz up to 10 GHz"),
          ])
      })
  }

  /// kHz.
  private static let clocks: ClosedRange<UInt64> = 100_000...10_000_000
}
