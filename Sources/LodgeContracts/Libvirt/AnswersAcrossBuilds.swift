package import LodgeModel

extension Contract {
  /// A new build of libvirt and QEMU makes of a domain what the old one made of it.
  package static let answersAcrossBuilds = Contract(
    id: "libvirt.answers-across-builds", catalogue: "R73",
    claim:
      "The same domain XML gives the same QEMU command line as on the build before, and domain "
      + "capabilities lose nothing",
    from: [.libvirt], to: [.qemu],
    basis:
      "libvirt src/qemu/qemu_command.c and docs/formatdomaincaps.rst; what stands on the command "
      + "line is part of the guest, and in part of its measurement",
    remedy: "look at what changed; name in the XML what the domain relies on, such as machine, "
      + "processor and firmware",
    knownCase: "libvirt 11.6 to 11.10 changed which hosts list tdx; QEMU 10.2 changed the kernel "
      + "that is measured for the same command line (a7542a38f3)",
    types: DomainType.confidential, judges: []
  ).answering { _, launches in
    guard let before = launches.before, launches.hasComparableAnswers else {
      return .notApplicable("no build before has the same scenarios to compare with")
    }
    let changes = launches.changedAnswers.map { Graded($0.change, $0.answers) }
    return .judged(
      Dictionary(grouping: changes, by: \.group).sorted { $0.key < $1.key }
        .map { group, changes in group.finding(on: changes, since: before.name) })
  }
}

/// A change of an answer, with what it weighs.
private struct Graded {
  let change: LibvirtAnswer.Change
  let answers: [LibvirtAnswer]
  let group: Group

  /// Changes that are told together.
  struct Group: Hashable, Comparable {
    let isOfArguments: Bool
    let grade: Finding.Grade
    /// The argument, or the section of the capabilities.
    let topic: String

    static func < (left: Self, right: Self) -> Bool {
      (right.grade, left.topic) < (left.grade, right.topic)
    }
  }

  init(_ change: LibvirtAnswer.Change, _ answers: [LibvirtAnswer]) {
    (self.change, self.answers) = (change, answers)
    let isOfArguments = answers.first?.question != .capabilities
    let grade: Finding.Grade =
      if change.isAddition { .info } else if isOfArguments {
        change.gradeOfArgument(answers)
      } else {
        change.gradeOfCapability
      }
    let section = change.part.split(separator: "/").prefix(2).joined(separator: "/")
    group = Group(
      isOfArguments: isOfArguments, grade: grade,
      topic: grade == .info ? "" : isOfArguments ? change.part : section)
  }

  var words: String {
    let place = change.member.map { "\(change.part) \($0)" } ?? change.part
    return switch (change.before, change.now) {
    case (nil, let now): "\(place) is new\(now.map { ": \($0.abridged)" } ?? "")"
    case (let before?, nil): "\(place) is gone: \(before.abridged)"
    case (let before?, let now?): "\(place) was \(before.abridged), is \(now.abridged)"
    }
  }
}

extension Graded.Group {
  fileprivate func finding(on changes: [Graded], since build: String) -> Finding {
    let first = changes[0]
    let others = changes.count - 1
    let scenarios = Set(changes.flatMap { $0.answers.map(\.place) }).sorted()
    let subject = isOfArguments ? "QEMU's command line" : "what libvirt says that it can do"
    return Finding(
      grade,
      "\(subject) is not that of \(build): \(first.words)"
        + (others > 0 ? "; and \(others) more" : ""),
      where: (scenarios.first ?? "")
        + (scenarios.count > 1 ? " and \(scenarios.count - 1) more" : ""),
      sides: [
        .before(changes.map { $0.change.before?.abridged ?? "absent" }.uniqueList),
        .now(changes.map { $0.change.now?.abridged ?? "absent" }.uniqueList),
      ])
  }
}

extension LibvirtAnswer.Change {
  /// What the owner of a guest asks for: without it the guest is less than it was asked to be.
  private static let owned: Set = [
    "policy", "attributes", "kernel-hashes", "id-block", "id-auth", "host-data",
    "author-key-enabled", "vcek-disabled", "mrconfigid", "mrowner", "mrownerconfig",
    "dh-cert-file", "session-file", "qom-type",
  ]

  private static let plumbing: Set = ["-mon monitor", "-mon", "-chardev charmonitor", "-msg"]

  fileprivate func gradeOfArgument(_ answers: [LibvirtAnswer]) -> Finding.Grade {
    let guests = Set(DomainType.confidential.compactMap(QOMTypes.guestObject))
    let isOfGuest =
      answers.contains { guests.contains($0.parts[part]?["qom-type"] ?? "") }
      || guests.contains { (before ?? "").contains("qom-type=\($0)") || before == $0 }
    switch member {
    case nil where isOfGuest: return .fail
    case let member? where isOfGuest && Self.owned.contains(member): return .fail
    case "confidential-guest-support" where now == nil: return .fail
    // What libvirt speaks to QEMU through is no part of the guest.
    case _ where Self.plumbing.contains(part): return .info
    // A machine that the XML leaves to libvirt is the newest of each QEMU.
    case "value" where part == "-machine" && !isNamedMachine(answers): return .info
    default: return .warn
    }
  }

  private func isNamedMachine(_ answers: [LibvirtAnswer]) -> Bool {
    answers.contains { answer in
      guard case .arguments(let domain) = answer.question, let before else { return false }
      return domain.contains("'\(before)'")
    }
  }

  /// A machine's name and the program's place are no ability, and what became usable is a gain.
  fileprivate var gradeOfCapability: Finding.Grade {
    let section = part.split(separator: "/").last ?? ""
    if ["machine", "path"].contains(section) { return .info }
    let isGain = before?.contains("no") == true && now?.contains("yes") == true
    return isGain ? .info : .warn
  }
}

extension String {
  /// The start of a text, where it is long.
  fileprivate var abridged: String { count > 80 ? "\(prefix(80))..." : self }
}

extension [String] {
  /// The different texts, as a short list.
  fileprivate var uniqueList: String {
    let all = Set(self).sorted()
    return all.prefix(3).joined(separator: "; ") + (all.count > 3 ? "; ..." : "")
  }
}
