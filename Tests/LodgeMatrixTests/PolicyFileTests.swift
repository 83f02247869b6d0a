import Foundation
import LodgeMatrix
import LodgeModel
import LodgeRelease
import Testing

struct PolicyFileTests {
  private let good = """
    about: What users get.
    valid: {from: 2026-11-01, until: 2027-11-01T12:00:00Z}
    sets: [candidate, "sig-*"]
    waivers: {longest: 30 days, approver: required}
    requirements:
      types: {offers: [sev-snp, tdx]}
      contracts:
        contracts: ["R0?", kernel.*]
        except: [R09]
        types: [tdx]
        platforms: ["intel-*"]
        stage: launch
        labs: [metal-1]
        fresh: 36 hours
        against: released
        failures: new
        not-run: accepted
        blocked: accepted
        not-applicable: unsatisfied
        valid: {until: 2027-01-01}
      launches: {scenarios: ["tdx/*"], stage: metal}
    """

  private func policy(_ text: String) throws -> Policy {
    let digest = try #require(Digest(String(repeating: "a", count: 64)))
    return try Policy(yaml: text, file: "Matrices/policies/release.yaml", digest: digest)
  }

  @Test func theWholeGrammarIsRead() throws {
    let policy = try policy(good)
    #expect(policy.name == "release" && policy.about == "What users get.")
    #expect(policy.validity.from?.utc == "2026-11-01T00:00:00Z")
    #expect(policy.validity.until?.utc == "2027-11-01T12:00:00Z")
    #expect(policy.sets == ["candidate", "sig-*"])
    #expect(policy.waiving == Waiving(longest: 30 * 86_400, needsApprover: true))
    #expect(
      policy.requirements == [
        Requirement(id: "types", subject: .offers([.sevSNP, .tdx])),
        Requirement(
          id: "contracts",
          subject: .cells(
            Requirement.Cells(
              contracts: ["R0?", "kernel.*"], except: ["R09"], types: [.tdx],
              platforms: ["intel-*"], stage: .launch, labs: ["metal-1"], fresh: 36 * 3600,
              against: "released", failures: .new, notRun: .accepted, blocked: .accepted,
              notApplicable: .unsatisfied)),
          validity: Validity(until: Date(utc: "2027-01-01"))),
        Requirement(
          id: "launches",
          subject: .cells(Requirement.Cells(scenarios: ["tdx/*"], stage: .metal))),
      ])
  }

  @Test func whatIsLeftOutIsStrict() throws {
    let policy = try policy("requirements: {all: {contracts: ['*'], stage: packages}}")
    #expect(policy.validity == Validity() && policy.sets == ["*"])
    #expect(policy.waiving == Waiving(longest: 90 * 86_400, needsApprover: false))
    guard case .cells(let cells) = policy.requirements.first?.subject else {
      Issue.record("it asks for no cells")
      return
    }
    #expect(cells.notRun == .unsatisfied && cells.blocked == .unsatisfied)
    #expect(cells.failures == .all && cells.fresh == nil && cells.labs == nil)
  }

  @Test(arguments: [
    ("requirements: {a: {contracts: ['*'], stages: launch}}", "did you mean stage?"),
    ("requirement: {a: {contracts: ['*'], stage: launch}}", "did you mean requirements?"),
    ("requirements: {}", "it requires nothing"),
    ("about: nothing", "the key requirements is missing"),
    ("requirements: {a: {stage: launch}}", "it asks nothing"),
    ("requirements: {a: {contracts: ['*']}}", "the key stage is missing"),
    ("requirements: {a: {contracts: [], stage: launch}}", "an empty list means nothing"),
    ("requirements: {a: {contracts: ['*'], types: [], stage: launch}}", "an empty list"),
    ("requirements: {a: {contracts: ['*'], stage: lunch}}", "did you mean launch?"),
    ("requirements: {a: {contracts: ['*'], types: [tdz], stage: launch}}", "did you mean tdx?"),
    ("requirements: {a: {contracts: ['*'], stage: launch, fresh: 2 weeks}}", "no span of time"),
    ("requirements: {a: {contracts: ['*'], stage: launch, fresh: 0 days}}", "no span of time"),
    ("requirements: {a: {contracts: ['*'], stage: launch, not-run: fine}}", "is none of"),
    ("requirements: {a: {contracts: ['*'], stage: launch, failures: new}}", "name it: against:"),
    ("requirements: {a: {offers: [tdx], stage: launch}}", "not both"),
    ("requirements: {a: {offers: []}}", "an empty list"),
    ("valid: {from: 2026-02-30}\nrequirements: {a: {offers: [tdx]}}", "no instant"),
    ("valid: {from: 2026-12-01 10:00}\nrequirements: {a: {offers: [tdx]}}", "no instant"),
    (
      "valid: {from: 2026-12-01, until: 2026-11-01}\nrequirements: {a: {offers: [tdx]}}",
      "before it begins"
    ),
    (
      "requirements:\n  a: {offers: [tdx]}\n  a: {offers: [sev]}", "it is no YAML"
    ),
    ("waivers: {longest: 90}\nrequirements: {a: {offers: [tdx]}}", "no span of time"),
    ("waivers: {approver: yes please}\nrequirements: {a: {offers: [tdx]}}", "is none of"),
  ])
  func whatIsOutsideTheGrammarIsNamed(_ text: String, _ words: String) throws {
    let failure = try #require(throws: MatrixFailure.self) { try policy(text) }
    #expect("\(failure)".contains(words), "\(failure)")
    #expect("\(failure)".hasPrefix("Matrices/policies/release.yaml"))
  }

  @Test func theShippedPoliciesAreRead() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Matrices/policies").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(files.sorted() == ["candidate.yaml", "release.yaml", "testing.yaml"])
    for file in files {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      #expect(throws: Never.self) { try policy(text) }
    }
  }
}
