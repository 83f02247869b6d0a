import Foundation
import LodgeBindings
import LodgeEvidence
import LodgeModel
import Testing

/// An unpacked root that the environment names.
private let unpackedRoot = ProcessInfo.processInfo.environment["LODGE_TEST_ROOT"]

/// What is read from a whole root, where the environment names one.
@Suite(
  .enabled(
    if: unpackedRoot != nil, "LODGE_TEST_ROOT names no unpacked root of kernel and libvirt packages"
  ))
struct UnpackedRootTests {
  @Test func everyFactOfKernelAndLibvirtIsFound() async throws {
    let root = Root(try RootDirectory(#require(unpackedRoot)))
    var evidence = Evidence()
    for collector in [Collector.kernel, .kconfig, .modules, .btf, .libvirt] {
      await collector(root)(&evidence)
    }
    #expect(evidence.kernel.value?.release == root.kernelRelease)
    #expect(evidence.kconfig.value?.options["KVM"] != nil)
    #expect(evidence.modules.value?.byName.count == 4)
    #expect(evidence.libvirt.value?.symbols["virNodeGetSEVInfo"] == "LIBVIRT_4.5.0")
    let types = try #require(evidence.btf.value)
    #expect(types.layout("kvm_run")?.layout.offset(of: "exit_reason") == 8)
    #expect(types.layout("kvm_sev_cmd")?.layout.size == 24)
    #expect(types.enumerator("KVM_SEV_LAUNCH_START")?.value == 2)
    #expect(try CanonicalJSON.encode(types, pretty: false).count < 60_000)
  }

  @Test func compiledKernelAndItsHeadersListTheSameMembers() async throws {
    let root = Root(try RootDirectory(#require(unpackedRoot)))
    let evidence = await Evidence(reading: root, with: [.btf, .uapi])
    let (types, headers) = (try #require(evidence.btf.value), try #require(evidence.uapi.value))
    #expect(types.commonTags(with: headers).count > 20)
    #expect(types.disagreements(with: headers) == [])
  }

  @Test func modulesTellTheirDefaultsAndFitTogether() async throws {
    let root = Root(try RootDirectory(#require(unpackedRoot)))
    let evidence = await Evidence(reading: root, with: [.modules, .moduleInterfaces])
    let modules = try #require(evidence.modules.value?.byName)
    #expect(modules["kvm_amd"]?.defaults["sev"] == "Y")
    #expect(modules["kvm_intel"]?.defaults["ept"] == "Y")
    #expect(modules["kvm"]?.hypercallExits.isEmpty == false)
    let interfaces = try #require(evidence.moduleInterfaces.value)
    #expect(interfaces.byName["kvm"]?.exports["kvm_init"] != nil)
    #expect(interfaces.byName["kvm_amd"]?.imports["kvm_init"] != nil)
    #expect(interfaces.byName["kvm_amd"]?.depends.contains("kvm") == true)
    let image = try #require(interfaces.image)
    #expect(image.release == root.kernelRelease)
    #expect(image.vermagic == interfaces.byName["kvm"]?.vermagic)
    #expect(image.exports.count > 300)
    #expect(try CanonicalJSON.encode(interfaces, pretty: false).count < 200_000)
  }
}
