package import LodgeModel

extension Transcript {
  /// The numbers that the program put into its calls, each once, in the order of the calls.
  ///
  /// `policy` is the one in the domain's XML. A fault that a scenario planted is no answer of the
  /// kernel's, so that the call counts as served.
  package func sent(by type: DomainType, asking policy: UInt64? = nil) -> [SentCalls.Call] {
    var known: Set<SentCalls.Call> = []
    return calls.flatMap { call in call.sent(numbers: numbers) }.compactMap { sent in
      let asked = Call.policies.contains(sent.field) ? policy : nil
      let call = SentCalls.Call(
        type: type, call: sent.call.call, command: sent.command, field: sent.field,
        number: sent.number, refusal: sent.refusal, asked: asked)
      return known.insert(call).inserted ? call : nil
    }
  }
}

extension Transcript.Call {
  /// One number of a call.
  fileprivate struct Sent {
    var call: Transcript.Call
    var command: String?
    var field: String
    var number: UInt64

    /// Why a call was refused says something of all its numbers but the ioctl's own, if that is known.
    var refusal: String? {
      let isKnown = field == SentCalls.Call.ownNumber && !call.call.hasPrefix("ioctl:")
      return isKnown ? nil : call.kernelRefusal
    }
  }

  /// The arguments whose numbers an interface names; the others are addresses, sizes and counts.
  private static let named: Set = [
    "type", "flags", "attributes", "policy", "vmsa_features", "ghcb_version", "xfam", "khz",
  ]
  /// The arguments that the `<policy>` of a domain is sent in.
  fileprivate static let policies: Set = ["policy", "attributes"]

  /// The numbers of this call; `numbers` are those of ioctls, by name.
  fileprivate func sent(numbers: [String: UInt64]) -> [Sent] {
    let own = ownNumber(numbers).map {
      Sent(call: self, command: nil, field: SentCalls.Call.ownNumber, number: $0)
    }
    let ofCommand = (field("id") ?? field("cmd"))?.number.flatMap { number in
      SentCalls.commanding.contains(call)
        ? Sent(call: self, command: command, field: "command", number: number) : nil
    }
    return [own, ofCommand].compactMap(\.self) + sentCapability + sentAttribute
      + fields.compactMap { field in
        guard Self.named.contains(field.name), let number = field.value.number else { return nil }
        return Sent(call: self, command: command, field: field.name, number: number)
      }
  }

  /// The number of the ioctl; the transcript writes it in place of a name that the kernel lacks.
  private func ownNumber(_ numbers: [String: UInt64]) -> UInt64? {
    call.hasPrefix("ioctl:")
      ? Transcript.Value.text(String(call.dropFirst(6))).number
      : numbers[call]
  }

  /// The capability that is asked or enabled, and the value that it is enabled with.
  private var sentCapability: [Sent] {
    guard let capability = field("capability") else { return [] }
    let number = field("number")?.number ?? capability.number
    var sent =
      number.map {
        [Sent(call: self, command: nil, field: "capability", number: $0)]
      } ?? []
    if let value = field("value")?.number, case .text(let name) = capability {
      sent.append(Sent(call: self, command: name, field: "value", number: value))
    }
    return sent
  }

  /// The attribute of a device that is asked for, in the name of its group.
  private var sentAttribute: [Sent] {
    guard let group = field("group")?.number, let attribute = field("attr")?.number else {
      return []
    }
    return [
      Sent(call: self, command: nil, field: "group", number: group),
      Sent(call: self, command: "group \(group)", field: "attribute", number: attribute),
    ]
  }

  /// The errno by which the candidate's kernel, or what it stands on, refused the call.
  fileprivate var kernelRefusal: String? {
    guard let refusal, refusal.who != .fault, refusal.who != .unmodelled else { return nil }
    return answer.errnoName
  }
}

extension SentCalls {
  /// The ioctls that have sub-commands.
  fileprivate static let commanding: Set = ["KVM_MEMORY_ENCRYPT_OP", "SEV_ISSUE_CMD"]
}
