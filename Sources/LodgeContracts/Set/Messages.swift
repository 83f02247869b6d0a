package import LodgeModel

extension Contract {
  /// The layers say what upstream says, where users and tools search for it.
  package static let messages = Contract(
    id: "set.messages", catalogue: "C13",
    claim:
      "Each layer prints the texts that upstream's version of it prints and others search for",
    from: [.kernel, .qemu, .libvirt], to: Member.allCases,
    basis:
      "Lodge's catalogue of messages, each found in upstream's sources and in real packages; "
      + "programs searched for them",
    remedy:
      "keep upstream's text in the package, or tell those who search for it what it says now",
    knownCase: "canonical/tdx test_guest_fail.py expects \"vm-type tdx not supported by KVM\", "
      + "and QEMU 10.1 says TDX; openQA's publiccloud/sev.pm knows two texts for one thing",
    reads: [.texts, .kernel, .qemu, .libvirt]
  ) { _, facts throws(MissingFact) in
    let texts = try facts.texts
    let versions: [Member: String?] = [
      .kernel: facts.ifKnown(\.kernel)?.version, .qemu: facts.ifKnown(\.qemu)?.version,
      .libvirt: facts.ifKnown(\.libvirt)?.version,
    ]
    let findings = Member.allCases.flatMap { member -> [Finding] in
      guard let found = texts.byMember[member],
        let version = (versions[member] ?? nil).flatMap(UpstreamVersion.init)
      else { return [] }
      return found.changed(from: version).map { texts.finding($0, in: version) }
    }
    return .judged(findings)
  }.comparing([.texts]) { _, now, before throws(MissingFact) in
    let (now, before) = (try now.texts, try before.texts)
    return .judged(Member.allCases.flatMap { now.lost(of: $0, since: before) })
  }
}

extension LayerTexts.Texts {
  /// The texts that upstream has in a version and the programs lack.
  ///
  /// Where a whole part is missing it was not built in; that is for other contracts to judge.
  fileprivate func changed(from version: UpstreamVersion) -> [Message] {
    let parts = Set(present.map(Message.part(of:)))
    return absent.filter { message in
      parts.contains(message.part) && message.isExpected(in: version)
    }
  }
}

extension Message {
  fileprivate func isExpected(in version: UpstreamVersion) -> Bool {
    guard !isMarker, let since = since.flatMap(UpstreamVersion.init), version >= since else {
      return false
    }
    return until.flatMap(UpstreamVersion.init).map { version < $0 } ?? true
  }

  /// A lost text is worth a warning where somebody is known to search for it.
  fileprivate var grade: Finding.Grade { searchers.isEmpty ? .info : .warn }

  /// The text as a sentence quotes it.
  fileprivate var quoted: String {
    text.count <= 70 ? "\"\(text)\"" : "\"\(text.prefix(67))...\""
  }

  /// Who searches for it, as sides of a finding.
  fileprivate var searching: [Finding.Side] {
    searchers.isEmpty
      ? [] : [.init(who: searchers.prefix(3).map(\.self).listed(), says: "searches for it")]
  }
}

extension LayerTexts {
  /// One text that is not as upstream has it.
  fileprivate func finding(_ message: Message, in version: UpstreamVersion) -> Finding {
    let since = message.since ?? ""
    return Finding(
      message.grade,
      "\(message.member.title) \(version) lacks the text \(message.quoted), which upstream has "
        + "since \(since)" + message.searchedBy,
      where: place(of: message.program, message.id),
      sides: [
        .init(message.member, "lacks \(message.quoted)"), .upstream("has it since \(since)"),
      ] + message.searching)
  }

  /// The texts of a member that were there before and are not now.
  fileprivate func lost(of member: Member, since before: Self) -> [Finding] {
    guard let (now, then) = byMember[member].map({ ($0, before.byMember[member]) }), let then
    else { return [] }
    let had = Set(then.present)
    let lost = now.absent.filter { had.contains($0.id) && !$0.isOfDescriptor }
    let parts = Set(now.present.map(Message.part(of:)))
    let single = lost.filter { parts.contains($0.part) || $0.isMarker }.map { message in
      Finding(
        message.grade,
        "\(member.title) no longer has the text \(message.quoted)" + message.searchedBy,
        where: place(of: message.program, message.id),
        sides: [.before("has \(message.quoted)"), .now("lacks it")] + message.searching)
    }
    let whole = Dictionary(grouping: lost.filter { !$0.isMarker }, by: \.part)
      .filter { !parts.contains($0.key) }
      .sorted { $0.key < $1.key }
    return single
      + whole.map { part, messages in
        Finding(
          .warn,
          "\(member.title) has none of the \(messages.count) texts of \(part) any more, such as "
            + messages[0].quoted,
          where: place(of: messages[0].program, messages[0].id),
          sides: [.before("has \(messages.count) texts of \(part)"), .now("has none")])
      }
  }
}

extension Message {
  /// Who searches for it, as the end of a sentence.
  fileprivate var searchedBy: String {
    searchers.isEmpty ? "" : "; it is searched for in \(searchers.prefix(3).map(\.self).listed())"
  }

  /// Whether it is looked for only because a descriptor of the set names it.
  fileprivate var isOfDescriptor: Bool { part == "descriptor-word" }
}
