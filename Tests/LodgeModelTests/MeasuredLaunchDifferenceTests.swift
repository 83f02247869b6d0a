import LodgeModel
import Testing

struct MeasuredLaunchDifferenceTests {
  private func differences(
    _ now: [MeasuredRegion], from before: [MeasuredRegion]
  ) -> [String] {
    MeasuredLaunch.made(regions: now).differences(from: .made(regions: before))
  }

  @Test func equalLaunchesHaveNone() {
    let launch = MeasuredLaunch.made(regions: [
      .pages("abc"), .areas([.init(count: 2, fields: ["rip": "0xfff0"])]),
    ])
    #expect(launch.differences(from: launch) == [])
    #expect(launch.differences(from: launch).first == nil)
  }

  @Test func theFirstPageThatDiffersIsToldByItsAddress() {
    #expect(
      differences([.pages("abcd")], from: [.pages("axcy")]) == [
        "measured call 1, KVM_SEV_SNP_LAUNCH_UPDATE NORMAL: page 0xffc01000 has other contents "
          + "(2 of 4 pages differ)"
      ])
  }

  @Test func theLastDigitOfAPageCounts() {
    func region(_ last: String) -> MeasuredRegion {
      MeasuredRegion(
        call: "KVM_TDX_INIT_MEM_REGION", kind: "PAGE.ADD", address: 0x80_0000, size: 0x3000,
        pages: String(repeating: "0", count: 47) + last)
    }
    #expect(
      differences([region("1")], from: [region("2")]) == [
        "measured call 1, KVM_TDX_INIT_MEM_REGION PAGE.ADD: page 0x802000 has other contents "
          + "(1 of 3 pages differ)"
      ])
  }

  @Test func withoutAnAddressAPageIsToldByItsOffset() {
    func region(_ digits: String) -> MeasuredRegion {
      .pages(digits, kind: "data", at: nil, by: "KVM_SEV_LAUNCH_UPDATE_DATA")
    }
    #expect(
      differences([region("abc")], from: [region("abx")]) == [
        "measured call 1, KVM_SEV_LAUNCH_UPDATE_DATA data: the page at offset 0x2000 has other "
          + "contents (1 of 3 pages differ)"
      ])
  }

  @Test(arguments: [
    (
      MeasuredRegion.pages("a", kind: "SECRETS"),
      "KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes SECRETS at 0xffc00000"
    ),
    (.pages("aa"), "KVM_SEV_SNP_LAUNCH_UPDATE of 0x2000 bytes NORMAL at 0xffc00000"),
    (.pages("a", at: 0x80_d000), "KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes NORMAL at 0x80d000"),
    (.pages("a", at: nil), "KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes NORMAL"),
    (
      .pages("a", by: "KVM_SEV_LAUNCH_UPDATE_DATA"),
      "KVM_SEV_LAUNCH_UPDATE_DATA of 0x1000 bytes NORMAL at 0xffc00000"
    ),
    (.areas([.init(count: 3, fields: [:])]), "KVM_SEV_SNP_LAUNCH_FINISH of 3 save areas"),
  ])
  func aCallOfAnotherKindSizeOrPlaceIsToldWhole(_ before: MeasuredRegion, _ words: String) {
    #expect(
      differences([.pages("a")], from: [before]) == [
        "measured call 1, was \(words), is KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes NORMAL at "
          + "0xffc00000"
      ])
  }

  @Test func callsThatCameAndWentAreTold() {
    let (one, other) = (MeasuredRegion.pages("a"), MeasuredRegion.pages("b", at: 0x80_e000))
    let title = "KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes NORMAL at 0x80e000"
    #expect(differences([one, other], from: [one]) == ["measured call 2 is new: \(title)"])
    #expect(
      differences([one], from: [one, other]) == ["measured call 2 is not made any more: \(title)"])
  }

  @Test func everyCallThatDiffersIsToldInOrder() {
    let (now, before) = (
      MeasuredLaunch.made(regions: [.pages("a"), .pages("b"), .pages("c"), .pages("d")]),
      MeasuredLaunch.made(regions: [.pages("x"), .pages("b"), .pages("y")])
    )
    let told = now.differences(from: before)
    #expect(
      told.map { $0.prefix(15) } == ["measured call 1", "measured call 3", "measured call 4"])
    #expect(now.differences(from: before).first == told.first)
  }
}

/// Differences in the registers of vCPUs.
struct SaveAreaDifferenceTests {
  private let boot = ["rip": "0xfff0", "rdx": "0x800f12"]
  private let other = ["rip": "0xb004", "rdx": "0x800f12"]

  private func difference(
    _ now: [MeasuredRegion.Registers], from before: [MeasuredRegion.Registers]
  ) -> String? {
    MeasuredLaunch.made(regions: [.areas(now)]).differences(
      from: .made(regions: [.areas(before)])
    ).first
  }

  @Test func aRegisterIsToldWithItsVCPUAndItsValues() {
    var changed = other
    changed["rdx"] = "0xa00f11"
    #expect(
      difference(
        [.init(count: 1, fields: boot), .init(count: 3, fields: other)],
        from: [.init(count: 1, fields: boot), .init(count: 3, fields: changed)])
        == "measured call 1, KVM_SEV_SNP_LAUNCH_FINISH, save area of vCPU 1: "
        + "rdx was 0xa00f11, is 0x800f12")
  }

  @Test func vCPUsThatAreAlikeAreCountedEach() {
    #expect(
      difference(
        [.init(count: 4, fields: boot)],
        from: [.init(count: 3, fields: boot), .init(count: 1, fields: other)])?
        .contains("save area of vCPU 3: rip was 0xb004, is 0xfff0") == true)
  }

  @Test func aRegisterThatIsLeftOutIsZero() {
    let floating = boot.merging(["mxcsr": "0x1f80"]) { $1 }
    let (with, without) = (
      [MeasuredRegion.Registers(count: 1, fields: floating)],
      [MeasuredRegion.Registers(count: 1, fields: boot)]
    )
    #expect(difference(with, from: without)?.hasSuffix("mxcsr was 0x0, is 0x1f80") == true)
    #expect(difference(without, from: with)?.hasSuffix("mxcsr was 0x1f80, is 0x0") == true)
  }

  @Test(arguments: [(4, ""), (5, ", and 1 more"), (7, ", and 3 more")])
  func fourRegistersAreToldAndTheRestCounted(_ count: Int, _ ending: String) {
    let names = ["cr0", "cr4", "efer", "rdx", "rip", "tr.base", "xcr0"].prefix(count)
    let fields = Dictionary(uniqueKeysWithValues: names.map { ($0, "0x1") })
    #expect(
      difference([.init(count: 1, fields: fields)], from: [.init(count: 1, fields: [:])])
        == "measured call 1, KVM_SEV_SNP_LAUNCH_FINISH, save area of vCPU 0: cr0 was 0x0, is 0x1, "
        + "cr4 was 0x0, is 0x1, efer was 0x0, is 0x1, rdx was 0x0, is 0x1\(ending)")
  }

  @Test func anotherCountOfVCPUsIsTold() {
    #expect(
      difference([.init(count: 2, fields: boot)], from: [.init(count: 4, fields: boot)])
        == "measured call 1, KVM_SEV_SNP_LAUNCH_FINISH: there were 4 save areas, and there are 2")
  }

  @Test func aRegisterIsToldBeforeACount() {
    #expect(
      difference([.init(count: 2, fields: boot)], from: [.init(count: 1, fields: other)])?
        .contains("vCPU 0") == true)
  }
}
