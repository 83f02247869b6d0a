import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeScenarios
import Testing

@testable import LodgeLab

/// Launches measured from their calls, and against their inputs.
struct MeterTests {
  private let folder: MeasuringFolder

  init() throws { folder = try MeasuringFolder() }

  /// A command line for a guest of the handmade firmware.
  private func arguments(_ type: DomainType, _ others: String = "") -> [String] {
    let object =
      switch type {
      case .plain, .sev: #"{"qom-type":"sev-guest","id":"lsec0","policy":1}"#
      case .sevES: #"{"qom-type":"sev-guest","id":"lsec0","policy":5}"#
      case .sevSNP: #"{"qom-type":"sev-snp-guest","id":"lsec0","policy":196608}"#
      case .tdx: #"{"qom-type":"tdx-guest","id":"lsec0"}"#
      }
    let usual = "/usr/bin/qemu-system-x86_64 -bios \(MeasuringFolder.firmware) -smp 2 -cpu EPYC-v4"
    return "\(usual) -object \(object) \(others)".split(separator: " ").map(String.init)
  }

  private func measured(
    _ calls: [String], _ arguments: [String], host signature: UInt32? = nil
  ) throws -> MeasuredLaunch? {
    try Meter(folder.files, hostSignature: signature).measured(
      "guest", Transcript(calls: calls), arguments: arguments)
  }

  /// A launch whose command line has other arguments behind the usual ones.
  private func measured(
    _ launch: Launch, _ others: String = "", host signature: UInt32? = nil
  ) throws -> MeasuredLaunch {
    let arguments = arguments(launch.type, others)
    return try #require(
      try measured(folder.calls(of: launch), arguments, host: signature))
  }

  @Test(arguments: [
    (DomainType.sev, "KVM_SEV_INIT", "sha256"), (.sevES, "KVM_SEV_ES_INIT", "sha256"),
    (.sevSNP, "KVM_SEV_INIT2", "sha384"), (.tdx, "KVM_TDX_INIT_VM", "sha384"),
  ])
  func aLaunchIsMeasuredAsItsCallsAndItsInputsSay(
    type: DomainType, initialisation: String, algorithm: String
  ) throws {
    let launch = Launch.made(type)
    let found = try measured(launch)
    #expect(found.domain == "guest" && found.type == type && found.algorithm == algorithm)
    #expect(found.measurement == launch.measurement?.description)
    #expect(found.initialisation == initialisation)
    #expect(found.regions == launch.recorded && !found.regions.isEmpty)
    #expect(found.predicted == .equal, "\(found.predicted)")
  }

  @Test(arguments: DomainType.confidential)
  func aLaunchThatNeverEndedIsNotMeasured(type: DomainType) throws {
    let calls = try folder.calls(of: .made(type)).dropLast()
    #expect(try measured(Array(calls), arguments(type)) == nil)
  }

  @Test func whatWasAskedForStandsBesideTheMeasurement() throws {
    func attributes(_ type: DomainType, _ others: String = "") throws -> [String: String] {
      try measured(.made(type), others).attributes
    }
    #expect(try attributes(.sev) == ["policy": "0x1", "firmware": MeasuringFolder.firmware])
    #expect(try attributes(.sevSNP)["sev_features"] == "0x1")
    #expect(try attributes(.sevES)["sev_features"] == nil)
    #expect(try attributes(.tdx)["mrowner"] == "00")
    #expect(try attributes(.tdx)["kernel-hashes"] == nil)
    #expect(try attributes(.sev, "-kernel /boot/vmlinuz")["kernel-hashes"] == "off")
  }

  @Test(arguments: [
    ("sev-guest,policy=5,debug-swap=on", DomainType.sevES, "0x20"),
    ("sev-snp-guest,debug-swap=on", .sevSNP, "0x21"),
    ("sev-snp-guest,secure-tsc=on", .sevSNP, "0x201"),
  ])
  func featuresThatTheGuestObjectAsksForAreTold(
    object: String, type: DomainType, features: String
  ) throws {
    let line = "qemu -object \(object)".split(separator: " ").map(String.init)
    let found = try measured(folder.calls(of: .made(type)), line)
    #expect(found?.attributes["sev_features"] == features)
  }

  @Test func aLaunchIsMeasuredAgainUnderAnotherLabel() throws {
    let meter = Meter(folder.files, hostSignature: nil)
    let transcript = try Transcript(calls: folder.calls(of: .made(.sevSNP)))
    let first = try meter.measured("a", transcript, arguments: arguments(.sevSNP))
    var second = try meter.measured("b", transcript, arguments: arguments(.sevSNP))
    #expect(second?.domain == "b")
    second?.domain = "a"
    #expect(first != nil && first == second)
  }

  @Test func aCommandLineThatIsNoneIsLodgesTrouble() throws {
    let calls = try folder.calls(of: .made(.sev))
    #expect(throws: ArgumentFailure.self) { try measured(calls, []) }
  }
}

/// What the platform model answered, against its calls.
extension MeterTests {
  @Test(arguments: DomainType.confidential)
  func anotherAnswerThanTheCallsGiveIsAnError(type: DomainType) throws {
    let launch = Launch.made(type)
    let digest = try #require(launch.measurement?.description)
    let other = String(digest.reversed())
    let calls = try folder.calls(of: launch).map {
      $0.replacing(" digest=\(digest)", with: " digest=\(other)")
        .replacing(" mrtd=\(digest)", with: " mrtd=\(other)")
    }
    let words = "the platform model measured \(other), and its calls make \(digest)"
    #expect(throws: MeasuringFailure(words)) { try measured(calls, arguments(type)) }
  }

  @Test(arguments: [DomainType.sev, .sevES])
  func anotherCodeThanTheDigestGivesIsAnError(type: DomainType) throws {
    let zeros = String(repeating: "0", count: 64)
    let calls = try folder.calls(of: .made(type)).map {
      $0.replacing(/measure=[0-9a-f]+/, with: "measure=\(zeros)")
    }
    let words = "the platform model answered another code to LAUNCH_MEASURE than its digest gives"
    #expect(throws: MeasuringFailure(words)) { try measured(calls, arguments(type)) }
  }

  /// All of them are part of what the code is made of.
  @Test(arguments: [
    ("policy=0x1", "policy=0x3"), ("api=1.55.21", "api=1.55.22"),
    ("nonce=0001", "nonce=0101"),
  ])
  func theCodeIsOverPolicyVersionAndNonce(_ text: String, _ other: String) throws {
    let calls = try folder.calls(of: .made(.sev)).map { $0.replacing(text, with: other) }
    let failure = #expect(throws: MeasuringFailure.self) { try measured(calls, arguments(.sev)) }
    #expect(failure?.description.contains("another code") == true)
  }

  @Test(arguments: [
    ("policy=0x1", "policy=1"), (" policy=0x1", ""), ("api=1.55.21", "api=1.55"),
    ("api=1.55.21", "api=1.55.256"), ("nonce=0001", "nonce=001"), ("nonce=0001", "nonce=zz01"),
  ])
  func anAnswerThatDoesNotSayWhatItIsMadeOfIsAnError(_ text: String, _ other: String) throws {
    let calls = try folder.calls(of: .made(.sev)).map { $0.replacing(text, with: other) }
    let words = "LAUNCH_MEASURE does not say what its answer is made of"
    #expect(throws: MeasuringFailure(words)) { try measured(calls, arguments(.sev)) }
  }

  @Test func contentsThatWereAlteredAreAnError() throws {
    let calls = try folder.calls(of: .made(.sev))
    try folder.keep(Data("something else".utf8), as: Digest(of: HandmadeFirmware.image).hex)
    #expect(throws: MeasuringFailure.self) { try measured(calls, arguments(.sev)) }
  }
}

/// What was measured, against what the inputs say.
extension MeterTests {
  /// Where a launch and its inputs differ; nil where they do not, or nothing is known.
  private func difference(
    _ launch: Launch, _ others: String = ""
  ) throws -> String? {
    guard case .differs(let other, let difference) = try measured(launch, others).predicted else {
      return nil
    }
    #expect(other != launch.measurement?.description && other.count >= 64)
    return difference
  }

  @Test(arguments: [
    (
      DomainType.sev,
      "KVM_SEV_LAUNCH_UPDATE_DATA data: the page at offset 0x1000 has other contents"
    ),
    (.sevSNP, "KVM_SEV_SNP_LAUNCH_UPDATE NORMAL: page 0xffffd000 has other contents"),
    (.tdx, "KVM_TDX_INIT_MEM_REGION PAGE.ADD + MR.EXTEND: page 0xffffd000 has other contents"),
  ])
  func aPageThatIsNotThatOfTheFileIsNamed(type: DomainType, words: String) throws {
    var altered = HandmadeFirmware.image
    altered[0x1004] ^= 0xff
    let launch = Launch.made(type, firmware: altered)
    #expect(
      try difference(launch) == "measured call 1, \(words) (1 of 4 pages differ)")
    let expected = try #require(Launch.made(type).measurement?.description)
    guard case .differs(expected, _) = try measured(launch).predicted else {
      Issue.record("the inputs are not told to give \(expected)")
      return
    }
  }

  @Test func aRegisterThatIsNotAsAskedForIsNamed() throws {
    let snp = Launch.made(.sevSNP, areas: .areas(features: 0x21, hasFloatingPoint: true))
    #expect(
      try difference(snp)
        == "measured call 6, KVM_SEV_SNP_LAUNCH_FINISH, save area of vCPU 0: sev_features was 0x1, "
        + "is 0x21")
    let floating = Launch.made(.sevES, areas: .areas(hasFloatingPoint: true))
    #expect(
      try difference(floating)
        == "measured call 2, KVM_SEV_LAUNCH_UPDATE_VMSA, save area of vCPU 0: mxcsr was 0x0, is "
        + "0x1f80, x87_fcw was 0x0, is 0x37f")
  }

  @Test func otherProcessorsThanAskedForAreTold() throws {
    #expect(
      try difference(.made(.sevSNP), "-smp 3")
        == "measured call 6, KVM_SEV_SNP_LAUNCH_FINISH: there were 3 save areas, and there are 2")
    #expect(
      try difference(.made(.sevES), "-cpu EPYC-Milan")
        == "measured call 2, KVM_SEV_LAUNCH_UPDATE_VMSA, save area of vCPU 0: rdx was 0xa00f11, is "
        + "0x800f12")
  }

  @Test func aCallThatWasNotMadeIsTold() throws {
    var launch = Launch.made(.sevSNP)
    launch.regions.remove(at: 4)
    #expect(
      try difference(launch)
        == "measured call 5, was KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes ZERO at 0x810000, is "
        + "KVM_SEV_SNP_LAUNCH_FINISH of 2 save areas")
  }

  @Test(arguments: ["host", "max"])
  func theProcessorOfTheHostIsTheModelledOne(model: String) throws {
    let launch = Launch.made(.sevES)
    #expect(try measured(launch, "-cpu \(model)", host: 0x80_0f12).predicted == .equal)
    guard case .differs = try measured(launch, "-cpu \(model)", host: 0xa0_0f11).predicted else {
      Issue.record("another host gives the same")
      return
    }
  }

  @Test(arguments: [
    ("qemu -bios /usr/share/ovmf/OVMF.fd", "the command line starts no confidential guest"),
    (
      "qemu -object sev-snp-guest,id=l",
      "the command line names no firmware whose bytes QEMU measures"
    ),
    ("qemu -object sev-snp-guest,id=l -bios /none.fd", "there is no /none.fd to measure"),
    ("\(snp) -cpu host", "the host's processor is not known"),
    ("\(snp) -cpu EPYC,family=25", "family, model or stepping of the vCPUs are set by hand"),
    ("\(snp) -cpu Skylake-Server", "there is no vCPU type Skylake-Server whose signature is known"),
    ("\(snp) -cpu EPYC -smp 0", "a guest has 1 to 4096 vCPUs, and 0 are asked for"),
    ("\(snp),kernel-hashes=on -cpu EPYC -kernel /boot/none", "there is no /boot/none to measure"),
    ("qemu -object sev-guest,id=l -bios /cut.fd", "the firmware /cut.fd has 100 bytes"),
  ])
  func inputsThatTellNothingSayWhy(_ line: String, _ reason: String) throws {
    try folder.put(Data(repeating: 1, count: 100), at: "/cut.fd")
    let words = line.split(separator: " ").map(String.init)
    let found = try measured(folder.calls(of: .made(.sevSNP)), words)
    guard case .unknown(let why)? = found?.predicted else {
      Issue.record("\(found.map { "\($0.predicted)" } ?? "nothing was measured")")
      return
    }
    #expect(why.hasPrefix(reason), "\(why)")
  }

  private static let snp =
    "qemu -bios /usr/share/ovmf/OVMF.fd -object sev-snp-guest,id=l,policy=0x30000"
}

/// Kernels that are booted directly.
extension MeterTests {
  private static let kernel = Data("a kernel".utf8)

  /// A launch that was given the hashes of a kernel with its command line.
  private func launch(hashing kernel: Data = Self.kernel) -> Launch {
    var launch = Launch.made(.sev)
    let hashes = KernelHashes(
      kernel: Digest(of: kernel), initrd: nil, commandLine: "console=ttyS0")
    launch.regions.append(LaunchRegion(.data, contents: hashes.table))
    return launch
  }

  private func measured(_ launch: Launch, kernel path: String) throws -> MeasuredLaunch? {
    let line =
      "qemu -bios \(MeasuringFolder.firmware) -object sev-guest,policy=1,kernel-hashes=on "
      + "-kernel \(path) -append console=ttyS0"
    return try measured(folder.calls(of: launch), line.split(separator: " ").map(String.init))
  }

  @Test(arguments: ["/boot/vmlinuz", "/run/lodge/files/vmlinuz"])
  func theHashesAreThoseOfTheFiles(path: String) throws {
    try folder.put(Self.kernel, at: path)
    let found = try #require(try measured(launch(), kernel: path))
    #expect(found.predicted == .equal, "\(found.predicted)")
    #expect(found.attributes["kernel-hashes"] == "on")
    #expect(found.regions.count == 2)
  }

  @Test func hashesOfAnotherKernelAreAnotherPage() throws {
    try folder.put(Self.kernel, at: "/boot/vmlinuz")
    let other = launch(hashing: Data("another kernel".utf8))
    let found = try #require(try measured(other, kernel: "/boot/vmlinuz"))
    guard case .differs(_, let difference) = found.predicted else {
      Issue.record("\(found.predicted)")
      return
    }
    #expect(
      difference == "measured call 2, KVM_SEV_LAUNCH_UPDATE_DATA data: the page at offset 0x0 has "
        + "other contents (1 of 1 pages differ)")
  }
}
