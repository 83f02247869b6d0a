import Foundation
import LodgeModel
import LodgeRelease

/// Made-up records and policies in the shape of true ones.
enum Sample {
  static let now = Date(timeIntervalSince1970: 1_795_780_800)

  /// The digest whose digits are one repeated letter.
  static func digest(_ letter: Character) -> Digest {
    guard let digest = Digest(String(repeating: letter, count: 64)) else {
      fatalError("\(letter) is no hexadecimal digit")
    }
    return digest
  }

  static func days(_ number: Double, before instant: Date = now) -> Date {
    instant - number * 86_400
  }

  static func contract(
    _ number: String, _ outcome: Outcome = .pass, type: DomainType? = .tdx,
    stage: Stage = .packages, platform: String? = nil, says: String? = nil
  ) -> Cell {
    let says = says ?? "because of \(number)"
    return Cell(
      kind: .contract, id: "kernel.\(number.lowercased())", catalogue: number, type: type,
      platform: platform, stage: stage, outcome: outcome, reason: says,
      findings: outcome == .fail
        ? [Finding(.fail, says, where: "qemu", remedy: "rebuild QEMU")] : [])
  }

  static func scenario(
    _ id: String, _ outcome: Outcome = .pass, stage: Stage = .launch
  ) -> Cell {
    Cell(
      kind: .scenario, id: id, catalogue: nil, type: .sev, platform: "amd-milan-snp",
      stage: stage, outcome: outcome, reason: "so it is")
  }

  static func seen(
    _ cell: Cell, run: Int64 = 1, lab: String = "local", at date: Date = days(1),
    against baseline: Digest? = nil
  ) -> Observation {
    Observation(cell: cell, run: run, lab: lab, seen: date, baseline: baseline)
  }

  static func package(_ name: String, _ version: String) -> Package {
    Package(
      name: name, version: version, architecture: "amd64", sha256: digest("d"), size: 1,
      origin: "Debian", suite: "sid", signature: .verified, path: "\(name).deb")
  }

  static func record(
    _ observations: [Observation], id: Character = "a", name: String = "candidate"
  ) -> SetRecord {
    SetRecord(
      id: digest(id), name: name, packages: [package("qemu-system-x86", "1:10.0+ds-2")],
      observations: observations)
  }

  /// What there should be: two contracts, of which R09 compares, and a scenario with two cases.
  static let plan = Plan(
    ["R01", "R02", "R09"].map { number in
      Plan.Entry(
        Claim(
          kind: .contract, id: "kernel.\(number.lowercased())", catalogue: number, type: .tdx),
        stages: number == "R02" ? [.packages, .metal] : [.packages], compares: number == "R09")
    }
      + ["sev/policy[none]", "sev/policy[es]"].map { id in
        Plan.Entry(
          Claim(kind: .scenario, id: id, type: .sev, platform: "amd-milan-snp"),
          stages: [.launch])
      })

  static func policy(
    _ requirements: [Requirement], validity: Validity = Validity(), waiving: Waiving = Waiving()
  ) -> Policy {
    Policy(
      name: "release", digest: digest("f"), validity: validity, waiving: waiving,
      requirements: requirements)
  }

  static func policy(_ cells: Requirement.Cells, waiving: Waiving = Waiving()) -> Policy {
    policy([Requirement(id: "all", subject: .cells(cells))], waiving: waiving)
  }

  /// The verdict of a policy on a record, with versions compared as texts.
  static func verdict(
    _ policy: Policy, on record: SetRecord, waivers: [Waiver] = [],
    baselines: [String: SetRecord] = [:], at now: Date = now
  ) throws -> Verdict {
    try Gate(policy, plan: plan, waivers: waivers).verdict(
      on: record, baselines: baselines, at: now
    ) { one, other, _ in one == other ? 0 : one < other ? -1 : 1 }
  }
}
