import Foundation
import LodgeEvidence
import LodgeModel
import Testing

/// BTF and headers are two accounts of one interface, so that each can be held against the other.
struct LayoutAgreementTests {
  @Test func recordedKernelAndItsHeadersListTheSameMembers() async throws {
    let headers = try HeaderTree("linux-libc-dev/6.12.117-1").files
    let kernel = try RecordedKernel().files
    let tree = try TreeOfFiles(kernel.merging(headers) { first, _ in first })
    defer { withExtendedLifetime(tree) {} }
    let evidence = await Evidence(reading: try tree.root(), with: [.btf, .uapi])
    let (types, promised) = (
      try #require(evidence.btf.value), try #require(evidence.uapi.value)
    )
    #expect(types.commonTags(with: promised).contains("kvm_run"))
    #expect(types.disagreements(with: promised) == [])
  }
}
