extension Transcript {
  /// One call, with its answer.
  package struct Call: Equatable, Sendable {
    /// The number of the call in its program, from 1.
    package var sequence: Int
    /// Whom it was made to: `kvm`, `sev`, `vm1`, or `vm1.0` for a vCPU.
    package var object: String
    /// The name of the ioctl, such as `KVM_CREATE_VM`.
    package var call: String
    /// The sub-command, such as `KVM_SEV_INIT2`; nil where the ioctl has none.
    package var command: String?
    /// The arguments, in the order of the call's structure.
    package var fields: [Field]
    package var answer: Answer
    /// What was written back to the caller, after the answer.
    package var outputs: [Field]
    /// The object that the call made, such as `vm1`; nil where it made none.
    package var created: String?
    /// Who refused the call, and why; nil where it was served.
    package var refusal: Refusal?

    package init(
      sequence: Int, object: String, call: String, command: String? = nil, fields: [Field] = [],
      answer: Answer, outputs: [Field] = [], created: String? = nil, refusal: Refusal? = nil
    ) {
      (self.sequence, self.object, self.call, self.command) = (sequence, object, call, command)
      (self.fields, self.answer, self.outputs) = (fields, answer, outputs)
      (self.created, self.refusal) = (created, refusal)
    }

    /// The most telling name of the call: its sub-command, or else the ioctl.
    package var name: String { command ?? call }

    /// The value of an argument; nil where the call has none of the name.
    package func field(_ name: String) -> Value? {
      fields.first { $0.name == name }?.value
    }
  }

  /// A named value of a call.
  package struct Field: Equatable, Sendable {
    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
      (self.name, self.value) = (name, value)
    }
  }

  /// A value, told apart by whether it is the same on every run.
  package enum Value: Equatable, Sendable {
    /// The same on every run.
    case text(String)
    /// An address in the program.
    case pointer(String)
    /// The number of an open file.
    case file(String)
    case time(String)

    /// The value as an unsigned number, decimal or `0x` hexadecimal; nil where it is none.
    package var number: UInt64? {
      guard case .text(let text) = self else { return nil }
      return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }
  }

  /// What a call gave back.
  package enum Answer: Equatable, Sendable {
    case value(Value)
    /// The errno, with its name.
    case failure(errno: Int32, name: String)

    /// The name of the errno; nil for a call that succeeded.
    package var errnoName: String? {
      guard case .failure(_, let name) = self else { return nil }
      return name
    }
  }

  /// Why a call was not served.
  package struct Refusal: Equatable, Sendable {
    /// Who stands behind a refusal.
    package enum Party: String, CaseIterable, Sendable {
      case kernel
      case firmware
      /// The hardware lacks the ability.
      case platform
      /// A fault that the scenario asked for.
      case fault
      /// The platform model does not know the call.
      case unmodelled
    }

    package var who: Party
    package var reason: String

    package init(_ who: Party, _ reason: String) {
      (self.who, self.reason) = (who, reason)
    }
  }
}
