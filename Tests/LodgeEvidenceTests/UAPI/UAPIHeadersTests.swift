import Foundation
import LodgeBindings
import LodgeModel
import Testing

@testable import LodgeEvidence

struct UAPIHeadersTests {
  @Test func theHeadersOfSidHoldTheNumbersOfTheirKernel() async throws {
    let headers = try #require(try await collect(HeaderTree(HeaderTree.sid)).value)
    #expect(headers.version == "7.2.13")
    #expect(headers.source == Source(file: HeaderTree.kvm, package: "owner"))
    #expect(headers.constants["KVM_MEMORY_ENCRYPT_OP"] == 0xc008_aeba)
    #expect(headers.constants["KVM_SET_USER_MEMORY_REGION2"] == 0x40a0_ae49)
    #expect(headers.constants["KVM_X86_TDX_VM"] == 5)
    #expect(headers.constants["KVM_SEV_INIT2"] == 22)
    #expect(headers.constants["SEV_RET_NO_FW_CALL"] == -1)
    #expect(headers.layouts["kvm_run"]?.size == 2352)
    #expect(headers.layouts["kvm_run"]?.offset(of: "tdx.get_quote.gpa") == 56)
    #expect(headers.layouts["kvm_run"]?.offset(of: "s.regs.sregs.efer") == 712)
    #expect(headers.layouts["kvm_tdx_capabilities"]?.offset(of: "cpuid") == 2048)
    #expect(
      headers.place(of: "KVM_SEV_INIT2")
        == "owner: usr/lib/linux/uapi/x86/asm/kvm.h: KVM_SEV_INIT2")
  }

  @Test func onlyKVMAndSEVAndTDXAreKept() async throws {
    let headers = try #require(try await collect(HeaderTree(HeaderTree.sid)).value)
    #expect(headers.constants["_IOC_NRBITS"] == nil)
    #expect(headers.constants["LINUX_VERSION_CODE"] == nil)
    #expect(Set(headers.headers.values).count == UAPITranslation.names.count)
    #expect(Set(headers.headers.keys) == Set(headers.constants.keys).union(headers.layouts.keys))
  }

  @Test(arguments: [
    ("linux-libc-dev/6.1.176-1", "6.1.176", "KVM_SEV_GET_ATTESTATION_REPORT", "KVM_SEV_INIT2"),
    ("linux-libc-dev/6.12.117-1", "6.12.117", "KVM_SEV_INIT2", "KVM_X86_TDX_VM"),
  ])
  func olderHeadersLackWhatTheirKernelLacks(
    folder: String, version: String, had: String, lacked: String
  ) async throws {
    let headers = try #require(try await collect(HeaderTree(folder)).value)
    #expect(headers.version == version)
    #expect(headers.constants[had] != nil)
    #expect(headers.constants[lacked] == nil)
    #expect(headers.layouts["kvm_sev_cmd"]?.size == 24)
  }

  @Test func theLayoutOfRPMDistributionsGivesTheSame() async throws {
    let debian = try HeaderTree(HeaderTree.sid)
    var fedora = debian
    fedora.files = Dictionary(
      uniqueKeysWithValues: debian.files.map { path, bytes in
        (path.replacingOccurrences(of: "usr/lib/linux/uapi/x86", with: "usr/include"), bytes)
      })
    #expect(try fedora.read().constants == debian.read().constants)
    #expect(try fedora.read().layouts == debian.read().layouts)
  }

  @Test func noHeadersAreAbsent() async throws {
    var tree = HeaderTree(kvm: "")
    tree.files = ["usr/include/stdio.h": Data()]
    guard case .absent(let reason) = try await collect(tree) else {
      Issue.record("headers without headers")
      return
    }
    #expect(reason.contains("linux-libc-dev") && reason.contains("kernel-headers"))
  }

  @Test func aChangedVMTypeIsSeenAlone() throws {
    try expect(changed: ["KVM_X86_TDX_VM": 1]) {
      try $0.replace("KVM_X86_TDX_VM\t\t5", with: "KVM_X86_TDX_VM 1", in: $0.asmKVM)
    }
  }

  @Test func anInsertedEnumeratorMovesThoseAfterIt() throws {
    try expect(changed: ["SNP_NEW": 11, "SNP_SET_CONFIG": 12, "SNP_VLEK_LOAD": 13, "SEV_MAX": 14]) {
      try $0.replace(
        "SNP_COMMIT,", with: "SNP_COMMIT, SNP_NEW,", in: "usr/include/linux/psp-sev.h")
    }
  }

  @Test func aMacroIsReadOnlyWhereItsConditionHolds() throws {
    try expect(changed: ["KVM_HERE": 2]) {
      try $0.replace(
        "#define KVM_API_VERSION 12",
        with: """
          #define KVM_API_VERSION 12
          #ifdef __KERNEL__
          #define KVM_NEW 1
          #elif defined(__x86_64__) && KVM_API_VERSION > 11
          #define KVM_HERE 2
          #endif
          """, in: HeaderTree.kvm)
    }
  }

  @Test func aNewMemberChangesTheStructureAndItsCallNumber() throws {
    let before = try HeaderTree(HeaderTree.sid)
    var after = before
    try after.replace(
      "struct kvm_enc_region {", with: "struct kvm_enc_region { __u8 kind;", in: HeaderTree.kvm)
    let layout = try after.read().layouts["kvm_enc_region"]
    #expect(layout?.size == 24)
    #expect(layout?.members.map(\.offset) == [0, 8, 16])
    #expect(try before.read().constants["KVM_MEMORY_ENCRYPT_REG_REGION"] == 0x8010_aebb)
    #expect(try after.read().constants["KVM_MEMORY_ENCRYPT_REG_REGION"] == 0x8018_aebb)
  }

  /// Expects these and no other constants to differ after an edit.
  private func expect(
    changed: [String: Int64], by edit: (inout HeaderTree) throws -> Void
  ) throws {
    let before = try HeaderTree(HeaderTree.sid)
    var after = before
    try edit(&after)
    let (old, new) = (try before.read(), try after.read())
    #expect(new.constants.filter { old.constants[$0.key] != $0.value } == changed)
    #expect(old.constants.keys.allSatisfy { new.constants[$0] != nil })
    #expect(old.layouts == new.layouts)
  }

  private func collect(_ tree: HeaderTree) async throws -> Fact<UAPIHeaders> {
    try await tree.written { directory in
      let root = Root(try RootDirectory(directory.path), kernelRelease: nil) { _ in "owner" }
      var evidence = Evidence()
      await Collector.uapi(root)(&evidence)
      return evidence.uapi
    }
  }
}
