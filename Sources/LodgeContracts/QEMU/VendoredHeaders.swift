package import LodgeModel

extension Contract {
  /// QEMU was built with the numbers and structures that the kernel of the set has.
  package static let vendoredHeaders = Contract(
    id: "qemu.vendored-headers", catalogue: "R67",
    claim:
      "QEMU's own copy of kernel headers gives each number, structure and flag as the kernel's "
      + "headers do",
    from: [.kernel], to: [.qemu],
    basis: "QEMU linux-headers and include/standard-headers, made by "
      + "scripts/update-linux-headers.sh; Linux include/uapi and arch/x86/include/uapi",
    remedy: "take a QEMU whose linux-headers come from this kernel's line, or the kernel "
      + "that they were taken from; a downstream interface needs both from one tree",
    knownCase: "out-of-tree kernels numbered the SNP sub-commands from 22 or 256 and the exit for "
      + "TDX 35 or 50; a QEMU built with other headers was told ENOTTY or stopped at an unknown exit",
    protecting: DomainType.confidential, reads: [.uapi, .vendoredHeaders, .qom]
  ) { type, facts throws(MissingFact) in
    guard try facts.qom.testimony(on: type, by: "QEMU ").isOffer else {
      return .notApplicable("QEMU does not offer \(type.title), so it sends nothing of it")
    }
    let copy: UAPIHeaders
    do throws(MissingFact) { copy = try facts.vendoredHeaders } catch {
      // A copy that is there and cannot be read is an error, not a gap.
      if error.isUnreadable { throw error }
      return .notApplicable("\(error.reason); launches show what QEMU sends")
    }
    let kernel = try facts.uapi
    return .judged(
      copy.differentNumbers(from: kernel, of: type) + copy.differentLayouts(from: kernel, of: type)
        + copy.missing(in: kernel, of: type))
  }.onCalls([.uapi, .vendoredHeaders]) { type, calls, facts throws(MissingFact) in
    // The copy that QEMU was built with says more than the few calls of a launch.
    guard facts.ifKnown(\.vendoredHeaders) == nil else { return .kept }
    return .judged(try facts.uapi.unknownCommands(in: calls.of(type)))
  }
}

extension UAPIHeaders {
  /// Names that both have with another value.
  fileprivate func differentNumbers(from kernel: UAPIHeaders, of type: DomainType) -> [Finding] {
    constants.keys.sorted().compactMap { name in
      guard let own = constants[name], let other = kernel.constants[name], own != other,
        name.isPromise, name.concerns(type)
      else { return nil }
      // What the secure processor answers is told in words by both, and sent by neither.
      let isAnswer = name.hasPrefix("SEV_RET_")
      return Finding(
        isAnswer ? .info : .fail,
        isAnswer
          ? "QEMU tells the firmware's answer \(other) by another name than the kernel's \(name)"
          : "\(name) is \(own) in the headers that QEMU was built with, but \(other) in the kernel's",
        where: place(of: name),
        sides: [.init(.qemu, "\(own)"), .init(.kernel, "\(other)")])
    }
  }

  /// Structures that both have in another form.
  fileprivate func differentLayouts(from kernel: UAPIHeaders, of type: DomainType) -> [Finding] {
    layouts.keys.sorted().flatMap { tag -> [Finding] in
      guard let own = layouts[tag], let other = kernel.layouts[tag], tag.concerns(type) else {
        return []
      }
      var findings: [Finding] = []
      if own.size != other.size {
        // Structures of confidential guests are copied whole; others grew before, by flags.
        findings.append(
          Finding(
            tag.isOfConfidentialGuests ? .fail : .info,
            "struct \(tag) is \(own.size) bytes for QEMU, but \(other.size) for the kernel",
            where: place(of: tag),
            sides: [.init(.qemu, "\(own.size) bytes"), .init(.kernel, "\(other.size) bytes")]))
      }
      return findings + own.moved(in: other, of: tag, at: place(of: tag))
    }
  }

  /// Names of this type that QEMU was built with and that the kernel lacks, in one finding.
  fileprivate func missing(in kernel: UAPIHeaders, of type: DomainType) -> [Finding] {
    let names = Set(constants.keys).subtracting(kernel.constants.keys)
      .filter { $0.isPromise && $0.isOwn(of: type) && !$0.hasPrefix("SEV_RET_") }.sorted()
    guard let first = names.first else { return [] }
    let told = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
    return [
      Finding(
        .warn,
        "the kernel lacks \(names.count.told("name", "names")) of \(type.title)"
          + " that QEMU was built with: \(told)",
        where: place(of: first),
        sides: [.init(.qemu, told), .init(.kernel, "has none of them")])
    ]
  }

  /// Sub-commands that QEMU sent and that the kernel's headers do not have.
  fileprivate func unknownCommands(in calls: SentCalls) -> [Finding] {
    let sent = Dictionary(
      calls.calls.compactMap { call, place in
        call.command.map { ($0, (place: place, refusal: call.refusal)) }
      }, uniquingKeysWith: { $0.place < $1.place ? $0 : $1 })
    return sent.keys.filter { $0.isPromise && constants[$0] == nil }.sorted().map { name in
      let answer = sent[name]?.refusal.map { "answered \($0)" } ?? "served it"
      return Finding(
        .warn, "QEMU sent \(name), which the kernel's headers do not have",
        where: sent[name]?.place ?? source.at(name),
        sides: [.init(.qemu, "sent \(name)"), .init(.kernel, "headers without it; \(answer)")])
    }
  }
}

extension TypeLayout {
  /// Members that both have, at another place.
  fileprivate func moved(in other: TypeLayout, of tag: String, at place: String) -> [Finding] {
    members.compactMap { member in
      guard !member.name.isFiller,
        let twin = other.members.first(where: { $0.name == member.name }),
        twin.offset != member.offset || twin.size != member.size && tag.isOfConfidentialGuests
      else { return nil }
      let (own, its) = (
        "\(member.size) bytes at \(member.offset)", "\(twin.size) bytes at \(twin.offset)"
      )
      return Finding(
        .fail, "\(tag).\(member.name) has \(own) for QEMU, but \(its) for the kernel",
        where: place, sides: [.init(.qemu, own), .init(.kernel, its)])
    }
  }
}

// What names of the interface mean.
extension String {
  /// Whether a name stands for one thing: ends of lists and masks of all flags grow by design.
  fileprivate var isPromise: Bool {
    ["KVM_", "SEV_", "SNP_", "TDX_", "GUEST_MEMFD_"].contains(where: hasPrefix)
      && !hasSuffix("_MAX") && !contains("_VALID_")
  }

  /// Whether it belongs to confidential guests or their memory.
  fileprivate var isOfConfidentialGuests: Bool {
    let words = Set(lowercased().split(whereSeparator: { !$0.isLetter }).map(String.init))
    return !words.isDisjoint(with: ["sev", "snp", "tdx", "enc", "memfd", "attributes"])
      || hasPrefix("kvm_userspace_memory_region") || hasPrefix("KVM_MEM_")
  }

  /// Whether it is of a type, rather than of all guests or of another type.
  fileprivate func isOwn(of type: DomainType) -> Bool {
    let text = uppercased()
    return switch type {
    case .plain: false
    case .sev, .sevES: text.contains("SEV") && !text.contains("SNP")
    case .sevSNP: text.contains("SNP")
    case .tdx: text.contains("TDX")
    }
  }

  /// Whether guests of a type depend on it: their own names, and those of all guests.
  fileprivate func concerns(_ type: DomainType) -> Bool {
    let text = uppercased()
    let isOfTDX = text.contains("TDX")
    let isOfSNP = text.contains("SNP")
    let isOfSEV = text.contains("SEV") || isOfSNP
    return switch type {
    case .plain, .sev, .sevES: !isOfTDX && !isOfSNP
    case .sevSNP: !isOfTDX
    case .tdx: !isOfSEV
    }
  }

  /// Whether a member only keeps room for later ones.
  fileprivate var isFiller: Bool {
    let name = split(separator: ".").last ?? ""
    return name.hasPrefix("pad") || name.hasPrefix("reserved") || name.hasPrefix("_")
  }
}
