import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct KernelTypesTests {
  private func types(of files: [String: Data]) async throws -> Fact<KernelTypes> {
    try await Collector.btf.evidence(of: files).btf
  }

  /// The kernel and one module whose types are based on those of the cut kernel.
  private func recorded() throws -> [String: Data] {
    try RecordedKernel().files.filter { !$0.key.contains("ccp") }
  }

  @Test func kernelAndModulesAreReadTogether() async throws {
    let types = try #require(await types(of: recorded()).value)
    #expect(types.objects.keys.sorted() == ["kvm_amd", "vmlinux"])
    #expect(types.layout("kvm_run")?.layout.size == 2352)
    let start = try #require(types.layout("kvm_sev_snp_launch_start"))
    #expect(start.layout.size == 64)
    #expect(start.source.file.hasSuffix("kvm-amd.ko"))
    #expect(types.enumerator("KVM_SEV_INIT2")?.value == 22)
  }

  @Test func kernelWithoutModulesIsEnough() async throws {
    let types = try await types(of: RecordedKernel().mergedFiles).value
    #expect(types?.objects.keys.sorted() == ["vmlinux"])
  }

  /// Its types refer to a kernel that has a hundred thousand more than the recorded one.
  @Test func moduleOfAnotherKernelIsNeverATrap() async throws {
    let types = try await types(of: RecordedKernel().files)
    #expect(types.value?.objects["vmlinux"] != nil)
  }

  @Test func kernelWithoutBTFNamesTheSymbolOfItsConfiguration() async throws {
    let kernel = try RecordedKernel()
    let header = kernel.image.prefix(0x5000)
    var bare = header + kernel.kvmAMD.replacing(".BTF", with: ".BTX")
    bare.replaceSubrange(0x24C..<0x250, with: [0x78, 0x11, 0, 0])
    #expect(kernel.kvmAMD.count == 0x1178)
    let fact = try await types(of: ["boot/vmlinuz-6.1": bare])
    #expect(
      fact
        == .absent("boot/vmlinuz-6.1 has no BTF: it was built without CONFIG_DEBUG_INFO_BTF"))
  }

  @Test func tagsOfThePromisesAreKept() {
    for tag in ["kvm_run", "kvm_tdx_capabilities", "kvm_exit_snp_req_certs", "sev_issue_cmd"] {
      #expect(ConfidentialABI.covers(tag: tag))
    }
    for tag in ["kvm", "kvm_vcpu", "kvm_sev_info", "task_struct", "sev_device"] {
      #expect(!ConfidentialABI.covers(tag: tag))
    }
    #expect(ConfidentialABI.covers(enumerator: "SEV_RET_SUCCESS"))
    #expect(!ConfidentialABI.covers(enumerator: "PG_locked"))
  }
}

extension Data {
  /// The bytes with a text of the same length in place of another, wherever it stands.
  fileprivate func replacing(_ old: String, with new: String) -> Data {
    var copy = self
    while let range = copy.range(of: Data(old.utf8)) {
      copy.replaceSubrange(range, with: Data(new.utf8))
    }
    return copy
  }
}
