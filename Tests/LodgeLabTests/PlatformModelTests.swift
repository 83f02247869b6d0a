import Foundation
import LodgeHost
import LodgeTesting
import Testing

@testable import LodgeLab

/// The model answers KVM's calls as a kernel does: the same questions, the same answers.
struct PlatformModelTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  @Test func answersAsARecordedKernelDid() async throws {
    let probe = try await buildProbe()
    let description = try describe(fixture("description.txt"))
    #expect(try await ask(probe, modelledBy: description) == lines(of: fixture("answers.txt")))
  }

  /// Which bits of MXCSR there are is the CPU's matter: Intel's has no MM.
  @Test func theMaskOfMXCSRIsTheProcessors() async throws {
    let probe = try await buildProbe()
    let text = try fixture("description.txt")
    for (ecx, mask) in [("0x400393", "1c:2ffff"), ("0x400313", "1c:ffff")] {
      let description = try describe(text.replacing("0x400393", with: ecx))
      let areas = try await ask(probe, modelledBy: description).filter { $0.contains("18:1f80") }
      #expect(!areas.isEmpty && areas.allSatisfy { $0.contains(mask) }, "\(areas)")
    }
  }

  @Test(.enabled(if: KVMOfThisHost.isUsable, "no usable /dev/kvm here"))
  func answersAsTheKernelOfThisHostDoes() async throws {
    let probe = try await buildProbe()
    let described = try await Command(probe, ["describe", "@TRANSCRIPTS@"]).run()
    let real = try await Command(probe, ["answers"]).run()
    let modelled = try await ask(probe, modelledBy: describe(described.text))
    // Which MSRs there are beyond the listed ones depends on the CPU.
    #expect(modelled.filter(\.isNoMSR) == lines(of: real.text).filter(\.isNoMSR))
  }

  @Test func writesALineForEachCall() async throws {
    let probe = try await buildProbe()
    _ = try await ask(probe, modelledBy: describe(fixture("description.txt")))
    let transcript = lines(of: try scratch.transcripts(of: "probe").joined())
    #expect(transcript.first?.hasPrefix("# lodge transcript 1 probe guest=- pid=") == true)
    #expect(transcript.contains("1 kvm KVM_GET_API_VERSION = 12"))
    #expect(transcript.contains("9 kvm KVM_GET_MSR_INDEX_LIST = -14 EFAULT"))
    #expect(transcript.contains { $0.contains(" KVM_CREATE_VCPU id=0x0 = fd:") })
  }

  private static let first = "lodge-platform-model 1\n"
  private static let unreadable = [
    "nothing": "", "another version": "lodge-platform-model 2\n", "a word": first + "word\n",
    "too few words": first + "constant A\n", "too many words": first + "constant A 1 2\n",
    "two spaces": first + "constant  A 1\n", "no digits": first + "constant A 0x\n",
    "a number of 67 bits": first + "constant A 99999999999999999999\n",
    "a name twice": first + "constant A 1\nconstant A 1\n",
    "a field beyond its structure": first + "layout a 8\nfield a.b 4 8\n",
    "a field of no structure": first + "field a 0 8\n",
    "an MSR of 33 bits": first + "msr 0x100000000 0\n", "half a setting": first + "setting a\n",
    "too many lines": first + String(repeating: "#\n", count: 20_001),
    "too many bytes": first + String(repeating: "# long comment\n", count: 1 << 17),
  ]

  @Test(arguments: unreadable.keys.sorted())
  func aDescriptionThatCannotBeReadEndsTheProgram(what: String) async throws {
    let text = try #require(Self.unreadable[what])
    let finished = try await run("/bin/cat", ["/dev/null"], modelledBy: describe(text))
    #expect(finished.ending == .exited(121))
    #expect(finished.errors.hasPrefix("lodge: platform model: "))
  }

  @Test func aDamagedDescriptionNeverCrashesTheProgram() async throws {
    let whole = Data(try fixture("description.txt").utf8)
    let probe = try await buildProbe()
    var random = SplitMix(state: 7)
    for round in 0..<60 {
      var damaged = whole
      for _ in 0..<(1 + round % 8) {
        damaged[Int.random(in: 23..<whole.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if round % 3 == 0 { damaged = damaged.prefix(.random(in: 0..<whole.count, using: &random)) }
      let place = try scratch.write(
        String(decoding: damaged, as: UTF8.self).replacing("@TRANSCRIPTS@", with: scratch.path),
        to: "damaged")
      let finished = try await run(probe, ["answers"], modelledBy: place)
      guard case .exited = finished.ending else {
        Issue.record("round \(round): \(finished.ending)")
        continue
      }
    }
  }

  private func fixture(_ name: String) throws -> String {
    let fixtures = Bundle.module.bundleURL.appending(path: "Fixtures/kvm")
    return try String(contentsOf: fixtures.appending(path: name), encoding: .utf8)
  }

  private func lines(of text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }

  private func describe(_ text: String) throws -> String {
    try scratch.write(text.replacing("@TRANSCRIPTS@", with: scratch.path), to: "description")
  }

  private func ask(_ probe: String, modelledBy description: String) async throws -> [String] {
    let finished = try await run(probe, ["answers"], modelledBy: description)
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    return lines(of: finished.text)
  }

  private func run(
    _ program: String, _ arguments: [String], modelledBy description: String
  ) async throws -> Command.Finished {
    let library = try #require(PlatformModel.library)
    var command = Command(program, arguments)
    command.environment["LD_PRELOAD"] = library
    command.environment["LODGE_PLATFORM_MODEL"] = description
    return try await command.run()
  }

  private func buildProbe() async throws -> String {
    try await scratch.build("KVMProbe", as: "probe")
  }
}

extension String {
  fileprivate var isNoMSR: Bool { !hasPrefix("MSR ") }
}
