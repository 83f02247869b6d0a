import LodgeEvidence
import LodgeModel
import LodgeTesting
import Testing

/// What collectors make of the answers of a QEMU, for the check of command lines.
struct QEMUCollectorTests {
  private func evidence(_ change: (String) -> String = { $0 }) async throws -> Evidence {
    let folder = try TemporaryFolder()
    try await folder.addShell()
    try folder.write(
      change(ScriptedQEMU.script), to: "usr/bin/qemu-system-x86_64", mode: 0o755)
    let root = try Root(at: folder.path) { _ in nil }
    let evidence = await Evidence(reading: root, with: [.qemu, .qmp, .qom])
    withExtendedLifetime(folder) {}
    return evidence
  }

  @Test func optionsAndTheirParametersAreRead() async throws {
    let build = try #require(try await evidence().qemu.value)
    #expect(build.commandLine.options == ["fda", "fdb", "object"])
    #expect(build.commandLine.parameters == ["smp-opts": ["cpus"]])
  }

  @Test func nestedTypesOfArgumentsAreRead() async throws {
    let shapes = try #require(try await evidence().qmp.value).shapes
    #expect(shapes.commands == ["object-add": "1"])
    #expect(
      shapes.types["1"]
        == .object(
          members: ["qom-type": .init(type: "2", isOptional: false)], tag: "qom-type",
          arms: ["sev-guest": "3"]))
    #expect(shapes.types["2"] == .enumeration(["sev-guest"]))
    #expect(shapes.types["int"] == .builtin("int"))
  }

  @Test func propertiesOfPluggedDevicesAreRead() async throws {
    let qom = try #require(try await evidence().qom.value)
    #expect(qom.devices == ["virtio-rng-pci": ["rng": "link<rng-backend>"]])
    #expect(qom.properties["kvm-accel"] != nil)
  }

  @Test func aQEMUThatDiesOverADeviceStillHasItsOtherFacts() async throws {
    let qom = try #require(
      try await evidence {
        $0.replacing(
          "*device-list-properties*) echo", with: "*device-list-properties*) exit 1; echo")
      }.qom.value)
    #expect(qom.devices.isEmpty)
    #expect(qom.names.contains("sev-guest"))
  }
}
