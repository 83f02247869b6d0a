import Foundation
import LodgeHost
import LodgeModel
import LodgeScenarios
import LodgeTesting
import Testing

@testable import LodgeLab

/// The model answers the calls of SEV, SEV-ES, SNP and TDX as kernel and firmware would.
struct TEEModelTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  @Test(arguments: ["amd", "older-amd", "hiding-amd", "faulty-amd", "intel"])
  func answersAsKernelAndFirmwareDo(platform: String) async throws {
    let finished = try await probe(platform)
    #expect(finished.text == "0 differences\n")
    #expect(finished.ending == .exited(0), "\(finished.errors)")
  }

  @Test func saysWhatItDecodedAndWhoRefused() async throws {
    _ = try await probe("amd")
    let transcript = try transcript()
    let lines = transcript.split(separator: "\n").map { $0.drop { $0 != " " }.dropFirst() }
    #expect(
      lines.contains {
        $0.hasSuffix(
          "KVM_MEMORY_ENCRYPT_OP KVM_SEV_SNP_LAUNCH_START id=0x64 policy=0x60000 flags=0x0 "
            + "gosvw=00000000000000000000000000000000 = -22 EINVAL "
            + "! kernel policy bits 0x40000 are not accepted")
      })
    #expect(lines.contains { $0.hasSuffix("! platform all 2 of sev.asids are in use") })
    #expect(
      lines.contains {
        $0.contains(
          "KVM_SEV_LAUNCH_FINISH id=0x7 error=0x2 = -5 EIO ! firmware the guest is in launch-upd")
      })
    #expect(
      lines.contains {
        $0.contains("KVM_SEV_LAUNCH_MEASURE id=0x6 len=0x30 digest=") && $0.contains(" measure=")
          && $0.contains(" nonce=") && $0.hasSuffix(" api=1.55.21 = 0")
      })
  }

  /// SHA-256 of a page of zeros, which the SNP guest takes for its secrets.
  @Test func saysTheDigestOfWhatAGuestTakes() async throws {
    _ = try await probe("amd")
    let ofZeros = "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7"
    #expect(
      try transcript().contains("len=0x1000 type=0x5 flags=0x0 sha256=\(ofZeros) = 0"))
  }

  @Test(arguments: ["amd", "intel"])
  func whatIsMeasuredIsKeptUnderItsDigest(platform: String) async throws {
    _ = try await probe(platform)
    let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
      .filter { Digest($0) != nil }
    #expect(!kept.isEmpty)
    for name in kept { #expect(try Digest(ofFile: "\(scratch.path)/\(name)").hex == name) }
  }

  @Test func saveAreasAreKeptInOneInTheOrderOfTheirMeasurement() async throws {
    _ = try await probe("amd")
    let told = try transcript().split(separator: "\n").filter { $0.contains(" vmsas=") }
    #expect(told.count == 3)
    for line in told {
      let digests = line.split(separator: " ").filter { $0.hasPrefix("vmsa") }
        .compactMap { $0.split(separator: "=").last }
      let name = try #require(digests.last)
      let pages = try Data(contentsOf: URL(filePath: "\(scratch.path)/\(name)"))
      let found = stride(from: 0, to: pages.count, by: 4096).map {
        Digest(of: pages.dropFirst($0).prefix(4096)).hex
      }
      #expect(found == digests.dropLast().map(String.init))
    }
  }

  @Test func tellsTheNumberOfEachCallOnceAndOfEachCommand() async throws {
    _ = try await probe("amd")
    let transcripts = try Transcript.all(parsing: try transcript())
    let numbers = try #require(transcripts.first?.numbers)
    #expect(numbers["KVM_CREATE_VM"] == 0xae01 && numbers["KVM_MEMORY_ENCRYPT_OP"] == 0xc008_aeba)
    let lines = try transcript().split(separator: "\n")
    let told = lines.filter { $0.hasPrefix("# number KVM_MEMORY_ENCRYPT_OP ") }
    #expect(told.count == transcripts.count)
    let commands = transcripts.flatMap { $0.sent(by: .sev) }.filter { $0.field == "command" }
    #expect(commands.first { $0.command == "KVM_SEV_INIT2" }?.number == 22)
    #expect(commands.contains { $0.call == "SEV_ISSUE_CMD" })
  }

  /// As in a kernel older than the command: no word of what Lodge does not model.
  @Test func aCommandThatTheKernelLacksIsRefusedByIt() async throws {
    _ = try await probe("amd", without: ["KVM_SEV_INIT2"])
    #expect(
      try transcript().contains(
        "KVM_MEMORY_ENCRYPT_OP id=0x16 = -22 EINVAL ! kernel this kernel has no such command"))
    #expect(try !transcript().contains("! unmodelled"))
  }

  private func transcript() throws -> String {
    try scratch.transcripts(of: "qemu-probe").joined()
  }

  /// Runs the probe on the model of a platform; it prints each answer that is not the kernel's.
  private func probe(
    _ platform: String, without constants: [String] = []
  ) async throws -> Command.Finished {
    let library = try #require(PlatformModel.library)
    let faults = "fault KVM_SEV_LAUNCH_MEASURE nth=1 count=1 errno=EFAULT served=1\n"
    if platform.hasPrefix("faulty-") { _ = try scratch.write(faults, to: "guest") }
    // Faults are asked of QEMU alone.
    let probe = try await scratch.build("TEEProbe", as: "qemu-probe")
    var command = Command(probe, [platform, "-name", "guest"])
    command.environment["LD_PRELOAD"] = library
    command.environment["LODGE_PLATFORM_MODEL"] = try describe(platform, without: constants)
    return try await command.run()
  }

  /// Constants that came with Linux 6.19 and 7.0.
  private static let newer = ["KVM_X86_SNP_POLICY_BITS", "KVM_SEV_SNP_ENABLE_REQ_CERTS"]

  private func describe(_ platform: String, without constants: [String]) throws -> String {
    let fixtures = Bundle.module.bundleURL.appending(path: "Fixtures/tee")
    let missing = constants + (platform.hasPrefix("older-") ? Self.newer : [])
    let parts = try ["uapi", platform.hasSuffix("amd") ? "amd" : platform].map {
      try String(contentsOf: fixtures.appending(path: "\($0).txt"), encoding: .utf8)
    }
    var lines = parts.joined().split(separator: "\n").filter { line in
      !missing.contains { line.hasPrefix("constant \($0) ") }
    }
    // Ciphertext hiding gives SNP guests an ASID of their own.
    if platform.hasPrefix("hiding-") {
      lines.removeAll { $0.hasPrefix("setting sev-es.asids ") }
      lines += ["setting sev-es.asids 2-2", "setting sev-snp.asids 1-1"]
    }
    let folders = ["transcripts", "pools", "faults", "measured"]
      .map { "\($0) \(scratch.path)\n" }.joined()
    return try scratch.write(
      "lodge-platform-model 1\n\(folders)\(lines.joined(separator: "\n"))\n", to: "description")
  }
}
