/// What was seen of two sets and of mixes of them, and which part of the second broke what.
package struct BlameReport: Encodable, Equatable, Sendable {
  /// One way to put a set together of the two.
  package struct Mix: Encodable, Equatable, Sendable {
    /// The name of the set that gives each part.
    package var parts: [SetPart: String]
    /// The digest of its lock; nil where its packages do not go together.
    package var id: Digest?
    package var packages: Int
    /// Packages that belong to none of the parts of a set and came along with one, as labels.
    package var along: [String]
    /// Packages of the set that gives the rest which had to go, as labels.
    package var gone: [String]
    /// Why its packages do not go together, in libsolv's words; empty where they do.
    package var obstacles: [String]

    package init(
      parts: [SetPart: String], id: Digest? = nil, packages: Int = 0, along: [String] = [],
      gone: [String] = [], obstacles: [String] = []
    ) {
      (self.parts, self.id, self.packages) = (parts, id, packages)
      (self.along, self.gone, self.obstacles) = (along, gone, obstacles)
    }
  }

  /// What was seen of a cell on one mix.
  package struct Seen: Encodable, Equatable, Sendable {
    /// Nil where the mix could not be resolved, or has no such cell.
    package var outcome: Outcome?
    /// One sentence.
    package var reason: String

    package init(outcome: Outcome?, reason: String) {
      (self.outcome, self.reason) = (outcome, reason)
    }
  }

  /// A cell that the first set keeps and the second breaks.
  package struct Blamed: Encodable, Equatable, Sendable {
    package var kind: Cell.Kind
    package var id: String
    package var catalogue: String?
    package var type: DomainType?
    package var platform: String?
    package var stage: Stage
    /// What was seen of it, for each of the report's mixes in order.
    package var seen: [Seen]
    /// The smallest changes of the first set that turn the cell red, each by the parts that are taken
    /// from the second; empty where none was found.
    package var culprits: [[SetPart]]
    /// The smallest changes of the second set after which the cell is green again, each by the parts
    /// that are taken from the first.
    package var repairs: [[SetPart]]
    /// Changes as small as the culprits, or smaller, of which nothing is known.
    package var unknown: [[SetPart]]
    /// The answer for people.
    package var sentence: String

    package init(
      _ cell: Cell, seen: [Seen], culprits: [[SetPart]], repairs: [[SetPart]],
      unknown: [[SetPart]], sentence: String
    ) {
      (kind, id, catalogue, type) = (cell.kind, cell.id, cell.catalogue, cell.type)
      (platform, stage) = (cell.platform, cell.stage)
      (self.seen, self.culprits, self.repairs) = (seen, culprits, repairs)
      (self.unknown, self.sentence) = (unknown, sentence)
    }
  }

  /// A cell that nobody is to blame for, and why.
  package struct Passed: Encodable, Equatable, Sendable {
    package var kind: Cell.Kind
    package var id: String
    package var catalogue: String?
    package var type: DomainType?
    package var platform: String?
    package var stage: Stage
    package var sentence: String

    package init(_ cell: Cell, sentence: String) {
      (kind, id, catalogue, type) = (cell.kind, cell.id, cell.catalogue, cell.type)
      (platform, stage, self.sentence) = (cell.platform, cell.stage, sentence)
    }
  }

  /// The version of the JSON shape.
  package let schema = "lodge.blame/1"
  package var good: SetDifference.Side
  package var bad: SetDifference.Side
  /// What is swapped: the parts that are not the same in both.
  package var parts: [SetPart]
  /// In the order in which they were judged; the first two are the sets themselves.
  package var mixes: [Mix]
  package var blamed: [Blamed]
  package var passed: [Passed]
  /// How many scenarios were not launched on a set or mix, each on one platform, since the same Lodge
  /// launched them there before.
  package var known: Int

  package init(
    good: SetDifference.Side, bad: SetDifference.Side, parts: [SetPart], mixes: [Mix],
    blamed: [Blamed], passed: [Passed], known: Int = 0
  ) {
    (self.good, self.bad, self.parts) = (good, bad, parts)
    (self.mixes, self.blamed, self.passed, self.known) = (mixes, blamed, passed, known)
  }

  /// The exit code that tells scripts whether somebody is to blame.
  package var exitCode: Results.ExitCode {
    blamed.contains { $0.isAnswered(among: parts) } ? .green : .nothingJudged
  }
}

extension BlameReport.Blamed {
  /// Whether a change was found, and not only for lack of knowledge of smaller ones.
  package func isAnswered(among parts: [SetPart]) -> Bool {
    culprits.contains { $0.count < parts.count } || (!culprits.isEmpty && unknown.isEmpty)
  }
}
