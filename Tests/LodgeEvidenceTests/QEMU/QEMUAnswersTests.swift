import LodgeEvidence
import LodgeModel
import LodgeTesting
import Testing

/// What collectors make of a QEMU that is run once more: fresh objects, replies, saved state.
struct QEMUAnswersTests {
  private func evidence(_ change: (String) -> String = { $0 }) async throws -> Evidence {
    let folder = try TemporaryFolder()
    try await folder.addShell()
    try folder.write(
      change(ScriptedQEMU.script), to: "usr/bin/qemu-system-x86_64", mode: 0o755)
    let root = try Root(at: folder.path) { _ in nil }
    let evidence = await Evidence(reading: root, with: [.defaults, .replies, .vmstate])
    withExtendedLifetime(folder) {}
    return evidence
  }

  @Test func valuesOfFreshObjectsAreRead() async throws {
    let defaults = try #require(try await evidence().defaults.value)
    #expect(
      defaults.objects == [
        "sev-guest": ["policy": "1"], "memory-backend-ram": ["policy": "1"],
        "pc-q35-11.1-machine": ["policy": "\"auto\""],
      ])
    #expect(defaults.number(of: "policy", on: "sev-guest") == 1)
  }

  @Test func anObjectThatIsNotMadeCostsOnlyItsOwnValues() async throws {
    let refused = try await evidence {
      $0.replacing(
        "*qom-get*/machine*)",
        with:
          #"*object-add*sev-guest*) echo '{"error": {"class": "GenericError", "desc": "no"}}' ;;"#
          + "\n    *qom-get*/machine*)")
    }
    #expect(
      refused.defaults.value?.objects.keys.sorted() == [
        "memory-backend-ram", "pc-q35-11.1-machine",
      ]
    )
    let ended = try await evidence {
      $0.replacing(
        "*qom-get*/machine*)", with: "*object-add*sev-guest*) exit 1 ;;\n    *qom-get*/machine*)")
    }
    #expect(ended.defaults == refused.defaults)
  }

  @Test func aMachineThatIsNotToldCostsOnlyItsOwnValues() async throws {
    let defaults = try await evidence {
      $0.replacing("case \"$*\" in", with: "case \"$*\" in *-preconfig*) exit 1 ;;")
    }.defaults
    #expect(defaults.value?.objects.keys.sorted() == ["memory-backend-ram", "sev-guest"])
  }

  @Test func repliesAreReturnsRefusalsAndEnds() async throws {
    let replies = try #require(
      try await evidence {
        $0.replacing("*query-kvm*)", with: "*query-sev-launch-measure*) exit 3 ;;\n  *query-kvm*)")
      }.replies.value)
    #expect(
      replies.byCommand == [
        "query-kvm": .returned(members: ["enabled", "present"]),
        "query-sev": .returned(members: []),
        "query-sev-capabilities": .refused(class: "GenericError", description: "KVM not enabled"),
        "query-sev-launch-measure": .ended("ended with exit code 3"),
      ])
  }

  @Test func aQEMUThatEndsOverEveryQuestionIsAskedThemAll() async throws {
    let replies = try #require(
      try await evidence {
        $0.replacing("*query-kvm*)", with: "*query-*) kill -ABRT $$ ;;\n  *query-kvm*)")
          .replacing("*query-sgx*)", with: "*query-*) kill -ABRT $$ ;;\n  *query-sgx*)")
      }.replies.value)
    #expect(replies.byCommand["query-kvm"] == .ended("died of signal 6"))
    #expect(replies.byCommand.count == 6)
  }

  @Test func savedStateIsReducedToWhatComparisonsNeed() async throws {
    let states = try #require(try await evidence().vmstate.value)
    #expect(states.machine == "pc-q35-11.1")
    #expect(states.sections == ["nic": "nic", "disk": "disk"])
    #expect(
      states.descriptions == [
        "nic": .init(
          version: 3, minimum: 2, fields: ["parent_obj 2448 0 PCIDevice", "mac 1 0", "later? 4 3"],
          subsections: ["nic/queue"]),
        "nic/queue": .init(version: 1, minimum: 1, fields: []),
        "disk": .init(version: 1, minimum: 1, fields: ["dev 2448 0 PCIDevice"]),
        "PCIDevice": .init(version: 2, minimum: 1, fields: ["config 256 0"]),
      ])
  }

  @Test func descriptionsOfOneNameThatDifferAreBothKept() async throws {
    let states = try #require(
      try await evidence {
        $0.replacing(
          #""name": "nic/queue", "version_id": 1"#, with: #""name": "disk", "version_id": 9"#)
      }.vmstate.value)
    #expect(states.sections["disk"] == "disk")
    #expect(states.descriptions["nic"]?.subsections == ["disk#2"])
  }

  @Test func aQEMUThatCannotTellItsStateHasNone() async throws {
    let aborted = try await evidence {
      $0.replacing("*-dump-vmstate*)", with: "*-dump-vmstate*) echo 'missing type' >&2; exit 1;")
    }
    #expect(
      aborted.vmstate == .absent("QEMU ended with exit code 1 over -dump-vmstate: missing type"))
    let damaged = try await evidence {
      $0.replacing("*-dump-vmstate*)", with: "*-dump-vmstate*) echo '{'; exit 0;")
    }
    #expect(damaged.vmstate.isUnreadable)
  }
}
