import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct VendoredHeadersCollectorTests {
  /// The recorded headers of a kernel in the folders that QEMU's script gives them.
  private func tree(_ change: (inout [String: Data]) -> Void = { _ in }) throws -> TreeOfFiles {
    var files = try HeaderTree(HeaderTree.sid).vendored
    change(&files)
    return try TreeOfFiles(files)
  }

  private func read(_ tree: TreeOfFiles) async throws -> Fact<UAPIHeaders> {
    var evidence = Evidence()
    await Collector.vendoredHeaders(try tree.root())(&evidence)
    return evidence.vendoredHeaders
  }

  @Test func theCopyIsReadAsQEMUIncludesIt() async throws {
    let headers = try #require(try await read(tree()).value)
    let kernel = try HeaderTree(HeaderTree.sid).read()
    #expect(headers.source.file == "usr/src/lodge/qemu/linux-headers/linux/kvm.h")
    #expect(headers.version == nil)
    #expect(headers.constants["KVM_MEMORY_ENCRYPT_OP"] == 0xc008_aeba)
    #expect(headers.layouts["kvm_run"] == kernel.layouts["kvm_run"])
    #expect(
      headers.headers["KVM_SEV_INIT2"] == "usr/src/lodge/qemu/linux-headers/asm-x86/kvm.h")
    for (name, value) in headers.constants { #expect(kernel.constants[name] == value, "\(name)") }
    let lost = kernel.constants.keys.filter { headers.constants[$0] == nil }
    // QEMU keeps neither the headers for guests nor linux/bits.h, by which masks are written.
    let isLeftOut = { (name: String) in
      kernel.headers[name]?.contains("-guest.h") == true || name.contains("_MASK")
    }
    #expect(lost.allSatisfy(isLeftOut), "\(lost)")
  }

  @Test func aSetWithoutASourceHasNone() async throws {
    guard case .absent(let reason) = try await read(try TreeOfFiles([:])) else {
      Issue.record("it was found")
      return
    }
    #expect(reason.contains("sources:"))
  }

  @Test func aDamagedCopyCannotBeRead() async throws {
    let damaged = try tree { files in
      files["usr/src/lodge/qemu/linux-headers/asm-x86/kvm.h"] = Data("#if 1\n".utf8)
    }
    guard case .unreadable(let reason) = try await read(damaged) else {
      Issue.record("it was read")
      return
    }
    #expect(reason.contains("asm-x86/kvm.h"))
  }
}
