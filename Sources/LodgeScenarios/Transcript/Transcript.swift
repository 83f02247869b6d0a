/// What one program asked of the modelled KVM, `/dev/sev` and TDX, call by call.
package struct Transcript: Equatable, Sendable {
  /// Something the platform model has to say that is no call.
  package enum Note: Equatable, Sendable {
    /// A remark, such as `cpuid patched …`.
    case remark(String)
    /// The program was ended by a signal, by name.
    case signal(String)
  }

  /// The base name of the program's first argument.
  package var program: String
  /// The name given to the guest; nil for a daemon and for a probe.
  package var guest: String?
  /// Calls in the order they were written.
  package var calls: [Call]
  /// Remarks and signals, in order.
  package var notes: [Note]
  /// The numbers by which the program made its calls, by their names.
  package var numbers: [String: UInt64]

  package init(
    program: String, guest: String?, calls: [Call] = [], notes: [Note] = [],
    numbers: [String: UInt64] = [:]
  ) {
    (self.program, self.guest, self.calls, self.notes) = (program, guest, calls, notes)
    self.numbers = numbers
  }

  /// The calls that were not served, by whoever refused them.
  package var refusals: [Call] {
    calls.filter { $0.refusal != nil }
  }

  /// The calls that the platform model does not know: Lodge's own gap, never a fail of the set.
  package var unmodelled: [Call] {
    calls.filter { $0.refusal?.who == .unmodelled }
  }

  /// The signal that ended the program; nil where none is noted.
  package var signal: String? {
    for case .signal(let name) in notes.reversed() { return name }
    return nil
  }
}
