/// What libvirt answered to one question of a scenario, without what varies from run to run.
package struct LibvirtAnswer: Codable, Equatable, Sendable {
  /// What was asked.
  package enum Question: Codable, Equatable, Hashable, Sendable {
    /// The command line for a domain, with the XML of it.
    case arguments(domain: String)
    /// What libvirt can do on a host.
    case capabilities
  }

  package var scenario: String
  package var platform: String
  package var type: DomainType
  package var question: Question
  /// Values by member, by part: an argument such as `-object lsec0`, or an element such as
  /// `features/launchSecurity/enum sectype`.
  package var parts: [String: [String: String]]

  package init(
    scenario: String, platform: String, type: DomainType, question: Question,
    parts: [String: [String: String]]
  ) {
    (self.scenario, self.platform, self.type) = (scenario, platform, type)
    (self.question, self.parts) = (question, parts)
  }

  /// The place, for findings.
  package var place: String { "\(scenario) on \(platform)" }

  /// One member, or a whole part, that is not what it was; nil where it is not there.
  package struct Change: Equatable, Hashable, Sendable {
    package var part: String
    /// Nil for a part that came or went as a whole.
    package var member: String?
    package var before: String?
    package var now: String?

    package init(part: String, member: String?, before: String?, now: String?) {
      (self.part, self.member, self.before, self.now) = (part, member, before, now)
    }

    /// Whether something is there that was not there before.
    package var isAddition: Bool { before == nil }
  }

  /// The members of a part as a list for people.
  private func words(_ members: [String: String]) -> String {
    let words = members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return words.isEmpty ? "there" : words.joined(separator: ",")
  }

  /// What is not as it was in an earlier answer to the same question, ordered by part and member.
  package func changes(since earlier: LibvirtAnswer) -> [Change] {
    Set(parts.keys).union(earlier.parts.keys).sorted().flatMap { part in
      guard let now = parts[part], let before = earlier.parts[part] else {
        return [
          Change(
            part: part, member: nil, before: earlier.parts[part].map(words),
            now: parts[part].map(words))
        ]
      }
      return Set(now.keys).union(before.keys).sorted().filter { now[$0] != before[$0] }.map {
        Change(part: part, member: $0, before: before[$0], now: now[$0])
      }
    }
  }
}

extension SetLaunches {
  /// Each change of libvirt's answers since the set before, with the answers that show it.
  ///
  /// Only answers to equal questions are compared. Ordered by part and member.
  package var changedAnswers: [(change: LibvirtAnswer.Change, answers: [LibvirtAnswer])] {
    var found: [LibvirtAnswer.Change: [LibvirtAnswer]] = [:]
    for answer in answers {
      let earlier = before?.answers.first {
        $0.question == answer.question && $0.place == answer.place && $0.type == answer.type
      }
      guard let earlier else { continue }
      for change in answer.changes(since: earlier) { found[change, default: []].append(answer) }
    }
    return found.sorted {
      ($0.key.part, $0.key.member ?? "", $0.key.now ?? "", $0.key.before ?? "")
        < ($1.key.part, $1.key.member ?? "", $1.key.now ?? "", $1.key.before ?? "")
    }.map { ($0.key, $0.value) }
  }

  /// Whether an answer of the set before can be compared with one of this.
  package var hasComparableAnswers: Bool {
    answers.contains { answer in
      before?.answers.contains { $0.question == answer.question && $0.place == answer.place }
        ?? false
    }
  }
}
