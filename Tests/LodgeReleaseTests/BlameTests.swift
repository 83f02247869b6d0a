import LodgeModel
import Testing

@testable import LodgeRelease

struct BlameTests {
  /// What a mix shows, by the parts that are the bad set's.
  private typealias World = (Blame.Swap) -> Outcome?

  private static func cell(_ outcome: Outcome, _ id: String = "firmware.kernel-hashes") -> Cell {
    Cell(
      kind: .contract, id: id, catalogue: "R36", type: .sev, stage: .packages, outcome: outcome,
      reason: outcome == .pass ? "it is kept" : "it is \(outcome.rawValue)")
  }

  private static func blame(
    _ parts: [SetPart] = SetPart.allCases, _ world: World
  ) throws -> Blame {
    let good = try #require(world([]))
    let bad = try #require(world(Set(parts)))
    return Blame(
      good: ("trixie", [cell(good)]), bad: ("sid", [cell(bad)]), parts: parts, fits: { _ in true })
  }

  /// Judges what is asked for until nothing is; gives the answer and what was judged.
  private static func answer(
    _ parts: [SetPart] = SetPart.allCases, impossible: Set<Blame.Swap> = [], _ world: World
  ) throws -> (BlameReport.Blamed, judged: [Blame.Swap]) {
    var blame = try blame(parts, world)
    var judged: [Blame.Swap] = []
    while let swap = blame.next {
      try #require(!judged.contains(swap) && !swap.isEmpty && swap != Set(parts))
      judged.append(swap)
      if impossible.contains(swap) {
        blame.record(.impossible(["a requires b"]), of: swap)
      } else {
        blame.record(.judged(world(swap).map { [cell($0)] } ?? []), of: swap)
      }
    }
    return (try #require(blame.answers(telling: judged).first), judged)
  }

  @Test func oneMemberIsNamed() throws {
    let (answer, judged) = try Self.answer { $0.contains(.firmware) ? .fail : .pass }
    #expect(answer.culprits == [[.firmware]] && answer.repairs == [[.firmware]])
    #expect(
      answer.sentence
        == "trixie turns red with sid's firmware alone; sid turns green with trixie's firmware alone"
    )
    // Each part alone in both directions, and nothing more.
    #expect(judged.count == 10 && judged.allSatisfy { [1, 4].contains($0.count) })
    #expect(answer.seen.map(\.outcome).prefix(4) == [.pass, .pass, .pass, .fail])
  }

  @Test func membersThatMustBeSwappedTogetherAreNamedTogether() throws {
    let (answer, judged) = try Self.answer { $0.isSuperset(of: [.qemu, .libvirt]) ? .fail : .pass }
    #expect(answer.culprits == [[.qemu, .libvirt]])
    #expect(answer.repairs == [[.qemu], [.libvirt]])
    #expect(
      answer.sentence
        == "trixie turns red with sid's QEMU and libvirt together; "
        + "sid turns green with trixie's QEMU alone or trixie's libvirt alone")
    #expect(judged.count == 16)
  }

  @Test func eachOfSeveralThatSufficeIsNamed() throws {
    let (answer, _) = try Self.answer {
      $0.isDisjoint(with: [.kernel, .firmware]) ? .pass : .blocked
    }
    #expect(answer.culprits == [[.kernel], [.firmware]])
    #expect(answer.repairs == [[.kernel, .firmware]])
  }

  /// A change may break what a larger one keeps.
  @Test func nothingIsConcludedFromLargerMixes() throws {
    let red: Set<Blame.Swap> = [[.kernel], Set(SetPart.allCases)]
    let (answer, _) = try Self.answer { red.contains($0) ? .fail : .pass }
    #expect(answer.culprits == [[.kernel]])
    #expect(answer.repairs.count == 5 && answer.repairs.allSatisfy { $0.count == 1 })
  }

  @Test func whatMembersDependOnIsABreakerOfItsOwn() throws {
    let (alone, _) = try Self.answer { $0.contains(.rest) ? .fail : .pass }
    #expect(alone.culprits == [[.rest]] && alone.repairs == [[.rest]])
    let (both, judged) = try Self.answer { $0.isSuperset(of: [.rest, .qemu]) ? .fail : .pass }
    #expect(both.culprits == [[.qemu, .rest]])
    // Members together come before members with the rest.
    let first = judged.firstIndex { $0.count == 2 && $0.contains(.rest) } ?? 0
    #expect(judged.prefix(first).contains([.kernel, .qemu, .libvirt, .firmware]))
  }

  @Test func nothingLessThanTheWholeIsAnAnswerToo() throws {
    let (answer, judged) = try Self.answer { $0.count == 5 ? .fail : .pass }
    #expect(answer.culprits == [SetPart.allCases] && answer.isAnswered(among: SetPart.allCases))
    #expect(
      answer.sentence.hasPrefix("nothing less than the whole of sid turns trixie red"))
    #expect(judged.count == 30)
  }

  @Test func aMixThatCannotBeResolvedIsNeitherRedNorGreen() throws {
    let (answer, _) = try Self.answer(impossible: [[.qemu]]) {
      $0.contains(.qemu) ? .fail : .pass
    }
    #expect(answer.culprits.allSatisfy { $0.count == 2 && $0.contains(.qemu) })
    #expect(answer.culprits.count == 3 && answer.unknown == [[.qemu]])
    #expect(answer.repairs == [[.qemu]])
    #expect(answer.sentence.contains("nothing is known of sid's QEMU alone"))
    #expect(answer.seen[1].outcome == nil)
    #expect(answer.seen[1].reason == "cannot be resolved: a requires b")
  }

  @Test(arguments: [Outcome.notRun, .error, nil])
  func whatWasNotSeenProvesNothing(_ gap: Outcome?) throws {
    let parts: [SetPart] = [.kernel, .qemu]
    let (answer, judged) = try Self.answer(parts) {
      $0.isEmpty ? .pass : $0.count == 2 ? .fail : gap
    }
    #expect(judged == [[.kernel], [.qemu]])
    #expect(answer.culprits == [parts] && answer.unknown == [[.kernel], [.qemu]])
    #expect(!answer.isAnswered(among: parts))
  }

  @Test func aPromiseThatIsNoLongerMadeIsNotBroken() throws {
    // As R01: whoever promises the type, the kernel is to keep it.
    let (answer, _) = try Self.answer {
      $0.isSuperset(of: [.qemu, .libvirt, .firmware]) ? .fail : .notApplicable
    }
    #expect(answer.culprits == [[.qemu, .libvirt, .firmware]])
    #expect(
      answer.sentence.hasSuffix(
        "sid turns green with trixie's QEMU alone or trixie's libvirt alone or trixie's firmware "
          + "alone, where it does not apply"))
  }

  @Test func anotherReasonIsTold() throws {
    var blame = try Self.blame([.kernel, .qemu]) { $0.count == 2 ? .fail : .pass }
    while let swap = blame.next {
      var cell = Self.cell(swap == [.kernel] ? .fail : .pass)
      if swap == [.kernel] { cell.reason = "it has no headers" }
      blame.record(.judged([cell]), of: swap)
    }
    let answer = try #require(blame.answers(telling: []).first)
    #expect(answer.sentence.contains("there: it has no headers"))
  }

  @Test func severalCellsShareTheirMixes() throws {
    let cells = { (a: Outcome, b: Outcome) in [Self.cell(a, "a"), Self.cell(b, "b")] }
    var blame = Blame(
      good: ("trixie", cells(.pass, .pass)), bad: ("sid", cells(.fail, .fail)),
      parts: [.kernel, .qemu], fits: { _ in true })
    var count = 0
    while let swap = blame.next {
      count += 1
      let (a, b) = (swap.contains(.kernel), swap.contains(.qemu))
      blame.record(.judged(cells(a ? .fail : .pass, b ? .fail : .pass)), of: swap)
    }
    #expect(count == 2)
    #expect(blame.answers(telling: []).map(\.culprits) == [[[.kernel]], [[.qemu]]])
  }

  @Test(arguments: [
    (Outcome.pass, Outcome.pass, "both sets keep it"), (.fail, .fail, "both sets break it"),
    (.fail, .pass, "swap the two"), (.notRun, .fail, "not-run on trixie"),
    (.pass, .error, "error on sid"), (.notApplicable, .notApplicable, "both sets keep it"),
  ])
  func onlyWhatBrokeInBetweenIsBlamed(_ good: Outcome, _ bad: Outcome, _ words: String) throws {
    let blame = Blame(
      good: ("trixie", [Self.cell(good)]), bad: ("sid", [Self.cell(bad)]),
      parts: [.kernel, .qemu], fits: { _ in true })
    #expect(blame.suspects.isEmpty && blame.next == nil)
    #expect(try #require(blame.passed.first).why.contains(words))
  }

  @Test func onlyCellsThatAreAskedForAreLookedAt() {
    let blame = Blame(
      good: ("trixie", [Self.cell(.pass, "a"), Self.cell(.pass, "only-here")]),
      bad: ("sid", [Self.cell(.fail, "a"), Self.cell(.fail, "b")]), parts: [.kernel],
      fits: { $0.id != "b" })
    #expect(blame.suspects.map(\.id) == ["a"])
    #expect(blame.passed.map(\.why) == ["sid has no such cell"])
    // With one part there is nothing in between.
    #expect(blame.next == nil)
    let answer = blame.answers(telling: [])[0]
    #expect(answer.culprits == [[.kernel]] && answer.isAnswered(among: [.kernel]))
  }

  @Test func allMixesAreEachOneOnce() throws {
    let all = try Self.blame { $0.count == 5 ? .fail : .pass }.all
    #expect(all.count == 30 && Set(all).count == 30)
  }
}
