import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeScenarios
import Testing

@testable import LodgeLab

/// What the calls of a QEMU show of a launch.
struct LaunchTraceTests {
  private let folder: MeasuringFolder

  init() throws { folder = try MeasuringFolder() }

  private func trace(_ calls: [String]) throws -> LaunchTrace? {
    try LaunchTrace.last(in: Transcript(calls: calls), folder.files)
  }

  @Test(arguments: [
    (DomainType.sev, "KVM_SEV_INIT"), (.sevES, "KVM_SEV_ES_INIT"), (.sevSNP, "KVM_SEV_INIT2"),
    (.tdx, "KVM_TDX_INIT_VM"),
  ])
  func aLaunchIsReadFromItsCalls(type: DomainType, initialisation: String) throws {
    let launch = Launch.made(type)
    let found = try #require(try trace(folder.calls(of: launch)))
    #expect(found.launch == launch)
    #expect(found.initialisation == initialisation && found.machine == "vm1")
    #expect(found.answered == launch.measurement?.description)
  }

  @Test func whatIsReportedBesideTheMeasurementIsRead() throws {
    func attributes(_ type: DomainType) throws -> [String: String]? {
      try trace(folder.calls(of: .made(type)))?.attributes
    }
    #expect(try attributes(.sev) == ["policy": "0x1"])
    #expect(
      try attributes(.sevSNP) == [
        "policy": "0x30000", "gosvw": "00", "id_block_en": "0x0", "host_data": "00",
      ])
    #expect(
      try attributes(.tdx) == ["attributes": "0x10000000", "xfam": "0x207", "mrowner": "00"])
  }

  @Test func theAnswerOfLaunchMeasureIsKept() throws {
    let found = try #require(try trace(folder.calls(of: .made(.sev))))
    #expect(found.measure?.code.count == 64 && found.measure?.version == "1.55.21")
    #expect(found.measure?.nonce == "000102030405060708090a0b0c0d0e0f")
    #expect(try trace(folder.calls(of: .made(.sevSNP)))?.measure == nil)
  }

  /// The command is the same for both types; save areas tell them apart.
  @Test func theNewCommandStartsBothTypes() throws {
    for type in [DomainType.sev, .sevES] {
      let calls = try folder.calls(of: .made(type)).map {
        $0.replacing(/KVM_SEV_(ES_)?INIT =/, with: "KVM_SEV_INIT2 vmsa_features=0x0 =")
      }
      let found = try #require(try trace(calls))
      #expect(found.launch == .made(type) && found.initialisation == "KVM_SEV_INIT2")
    }
  }

  @Test(arguments: DomainType.confidential)
  func aLaunchThatNeverEndedIsNone(type: DomainType) throws {
    let calls = try folder.calls(of: .made(type))
    #expect(try trace(Array(calls.dropLast())) == nil)
    #expect(try trace([]) == nil)
  }

  @Test(arguments: DomainType.confidential)
  func aLaunchWhoseEndIsRefusedIsNone(type: DomainType) throws {
    var calls = try folder.calls(of: .made(type))
    let end = calls.removeLast()
    calls.append("\(end.dropLast(" = 0".count)) = -5 EIO ! firmware the guest is no guest")
    #expect(try trace(calls) == nil)
  }

  @Test func callsThatWereRefusedGaveNothing() throws {
    let launch = Launch.made(.sevSNP)
    var calls = try folder.calls(of: launch)
    let refused =
      "vm1 KVM_MEMORY_ENCRYPT_OP KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x80e len=0x1000 "
      + "type=0x6 flags=0x0 = -5 EIO ! firmware the processor has not all the CPUID"
    calls.insert(refused, at: 3)
    #expect(try trace(calls)?.launch == launch)
  }

  @Test func otherCallsAreNoneOfALaunch() throws {
    let launch = Launch.made(.sev)
    let others = [
      "kvm KVM_CREATE_VM type=0x0 = fd:12 vm1", "sev SEV_ISSUE_CMD SEV_PLATFORM_STATUS = 0",
      "vm1 KVM_MEMORY_ENCRYPT_OP KVM_SEV_GUEST_STATUS = 0", "vm1.0 KVM_RUN = -4 EINTR",
    ]
    #expect(try trace(others + folder.calls(of: launch) + others)?.launch == launch)
  }

  @Test func ofTwoMachinesTheLastThatWasFinishedCounts() throws {
    let other = Launch.made(.sev, firmware: Data(repeating: 7, count: 4096))
    let first = try folder.calls(of: .made(.sevES))
    let second = try folder.calls(of: other, on: "vm2")
    let both = try #require(try trace(first + second))
    #expect(both.launch == other && both.machine == "vm2")
    let one = try #require(try trace(first + second.dropLast()))
    #expect(one.launch == .made(.sevES) && one.machine == "vm1")
    let mixed = zip(first, second).flatMap { [$0, $1] } + first.dropFirst(second.count)
    #expect(try trace(mixed)?.launch == other)
  }

  /// A call may stop at the end of a slot; QEMU then asks for the rest.
  @Test func aCallThatTookFewerPagesCountsForThose() throws {
    func calls(_ type: DomainType, _ whole: String, _ parts: [String]) throws -> [String] {
      try folder.calls(of: .made(type)).flatMap { call in
        call.contains(whole) ? parts.map { call.replacing(whole, with: $0) } : [call]
      }
    }
    let snp = try calls(
      .sevSNP, "gfn_start=0x800 uaddr=ptr:0x7f0000000000 len=0x2000 type=0x3 flags=0x0",
      [
        "gfn_start=0x800 uaddr=ptr:0x7f0000000000 len=0x2000 type=0x3 flags=0x0 done=0x1000",
        "gfn_start=0x801 uaddr=ptr:0x7f0000000000 len=0x1000 type=0x3 flags=0x0",
      ])
    let taken = try #require(try trace(snp)).launch
    #expect(
      taken.regions.prefix(4).map(\.address) == [0xffff_c000, 0x80_0000, 0x80_1000, 0x80_d000])
    #expect(taken.regions.prefix(4).map(\.size) == [0x4000, 0x1000, 0x1000, 0x1000])
    #expect(taken.measurement == Launch.made(.sevSNP).measurement)
    let tdx = try calls(
      .tdx, "gpa=0x809000 nr_pages=0x2 source_addr=ptr:0x7f0000000000",
      [
        "gpa=0x809000 nr_pages=0x2 source_addr=ptr:0x7f0000000000 done=0x1000",
        "gpa=0x80a000 nr_pages=0x1 source_addr=ptr:0x7f0000000000",
      ])
    let added = try #require(try trace(tdx)).launch
    #expect(added.regions.map(\.size) == [0x4000, 0x1000, 0x1000, 0x1000])
    #expect(added.measurement == Launch.made(.tdx).measurement)
  }
}

/// Calls and contents that cannot be those of a launch.
struct LaunchTraceFailureTests {
  private let folder: MeasuringFolder

  init() throws { folder = try MeasuringFolder() }

  /// Why calls are refused; nil where they are not.
  private func failure(_ calls: [String]) throws -> String? {
    do {
      _ = try LaunchTrace.last(in: Transcript(calls: calls), folder.files)
      return nil
    } catch let failure as MeasuringFailure {
      return failure.description
    }
  }

  @Test(arguments: DomainType.confidential)
  func contentsThatWereAlteredAreNotTaken(type: DomainType) throws {
    let calls = try folder.calls(of: .made(type))
    let digest = Digest(of: HandmadeFirmware.image)
    try folder.keep(Data("something else".utf8), as: digest.hex)
    #expect(try failure(calls) == "what was kept as \(digest.short) is something else")
  }

  @Test func contentsThatAreNotThereAreNamed() throws {
    let digest = String(repeating: "ab", count: 32)
    let call = "vm1 KVM_MEMORY_ENCRYPT_OP KVM_SEV_LAUNCH_UPDATE_DATA len=0x10 sha256=\(digest) = 0"
    #expect(
      try failure([call])
        == "the contents \(digest.prefix(12)) of a measured call were not kept; is the disk full?")
  }

  @Test(arguments: [0, 1, 4095, 4097, 6144])
  func saveAreasAreWholePages(count: Int) throws {
    let digest = try folder.keep(Data(repeating: 1, count: count))
    let head = "vm1 KVM_MEMORY_ENCRYPT_OP"
    #expect(
      try failure(["\(head) KVM_SEV_LAUNCH_UPDATE_VMSA vmsas=\(digest) = 0"])
        == "KVM_SEV_LAUNCH_UPDATE_VMSA measured \(count) bytes, no whole save areas")
    #expect(
      try failure(["\(head) KVM_SEV_SNP_LAUNCH_FINISH vmsas=\(digest) digest=00 = 0"])
        == "KVM_SEV_SNP_LAUNCH_FINISH measured \(count) bytes, no whole save areas")
  }

  @Test(arguments: [
    ("KVM_SEV_LAUNCH_UPDATE_DATA len=0x10", "(call 1) does not say its sha256"),
    ("KVM_SEV_LAUNCH_UPDATE_DATA sha256=abc", "(call 1) has a sha256 that is no digest"),
    ("KVM_SEV_LAUNCH_UPDATE_VMSA", "(call 1) does not say its vmsas"),
    ("KVM_SEV_LAUNCH_MEASURE len=0x30", "(call 1) does not say its digest"),
    ("KVM_SEV_LAUNCH_MEASURE digest=00 nonce=00 api=1.0.0", "does not say its measure"),
    ("KVM_SEV_SNP_LAUNCH_UPDATE len=0x1000 type=0x3", "(call 1) does not say its gfn_start"),
    ("KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x1 len=0x1000", "(call 1) does not say its type"),
    ("KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x1 type=0x3", "(call 1) does not say its len"),
    ("KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x1 len=0x1000 type=0x1", "does not say its sha256"),
    ("KVM_TDX_INIT_MEM_REGION gpa=0x0 nr_pages=0x1", "(call 1) does not say its flags"),
    ("KVM_TDX_INIT_MEM_REGION flags=0x0 gpa=0x0", "(call 1) does not say its nr_pages"),
    ("KVM_TDX_INIT_MEM_REGION flags=0x1 gpa=0x0 nr_pages=0x1", "does not say its sha256"),
    ("KVM_TDX_FINALIZE_VM", "(call 1) does not say its mrtd"),
  ])
  func aCallThatLacksWhatIsMeasuredIsNamed(_ call: String, _ words: String) throws {
    let failure = try failure(["vm1 KVM_MEMORY_ENCRYPT_OP \(call) = 0"])
    #expect(failure?.hasSuffix(words) == true, "\(failure ?? "none")")
    #expect(failure?.hasPrefix(call.prefix { $0 != " " }) == true)
  }

  @Test(arguments: [
    "gfn_start=0x1 len=0x1000 type=0x0", "gfn_start=0x1 len=0x1000 type=0x2",
    "gfn_start=0x1 len=0x1000 type=0x9", "gfn_start=0x1 len=0x1000 type=0x103",
    "gfn_start=0x10000000000000 len=0x1000 type=0x3",
  ])
  func pagesThatNobodyKnowsAreRefused(_ fields: String) throws {
    #expect(
      try failure(["vm1 KVM_MEMORY_ENCRYPT_OP KVM_SEV_SNP_LAUNCH_UPDATE \(fields) = 0"])
        == "KVM_SEV_SNP_LAUNCH_UPDATE has a page type or an address that nobody knows")
  }

  @Test(arguments: [
    "KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x1 len=0xffffffffffffffff type=0x3",
    "KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x1 len=0x1000001000 type=0x3",
    "KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=0x1 len=0x1000 type=0x3 done=0xfffffffffffff000",
    "KVM_TDX_INIT_MEM_REGION flags=0x0 gpa=0x0 nr_pages=0xffffffffffffffff",
    "KVM_TDX_INIT_MEM_REGION flags=0x0 gpa=0x0 nr_pages=0x1000001",
  ])
  func moreMemoryThanThereIsIsRefused(_ call: String) throws {
    let failure = try failure(["vm1 KVM_MEMORY_ENCRYPT_OP \(call) = 0"])
    #expect(failure?.hasSuffix("more memory than there is") == true, "\(failure ?? "none")")
  }

  @Test func moreThanWasAskedForWasNotTaken() throws {
    let call =
      "vm1.0 KVM_MEMORY_ENCRYPT_OP KVM_TDX_INIT_MEM_REGION flags=0x0 gpa=0x0 nr_pages=0x1 "
      + "done=0xfffffffffffff000 = 0"
    let end = "vm1 KVM_MEMORY_ENCRYPT_OP KVM_TDX_FINALIZE_VM mrtd=00 = 0"
    let found = try LaunchTrace.last(in: Transcript(calls: [call, end]), folder.files)
    #expect(found?.launch.regions.map(\.size) == [0x1000])
  }
}
