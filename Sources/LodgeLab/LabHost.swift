import Foundation
import LodgeBindings
package import LodgeModel
package import LodgePlatform

/// The host that labs of one set stand on: a platform with a modelled kernel.
package struct LabHost: Sendable {
  package let kernel: ModelledKernel
  /// What the platform answers cannot reach, one sentence each.
  package let notes: [String]
  private let root: String
  private let sites: [ModelDescription.CPUIDSite]

  /// Models a kernel on a platform, for the programs of a root.
  ///
  /// The kernel is that of `kernelEvidence`, which may be another set's; `evidence` says where the
  /// root has its QEMU and libvirt.
  ///
  /// - Throws: ``ModelFailure`` where the kernel's evidence lacks a fact, ``RootFailure`` where the
  ///   root cannot be read.
  package init(
    root: String, _ evidence: Evidence, kernel kernelEvidence: Evidence? = nil,
    changedBy description: KernelDescription? = nil, on platform: Platform
  ) throws {
    kernel = try ModelledKernel(
      kernelEvidence ?? evidence, changedBy: description, on: platform)
    self.root = root
    let programs = [evidence.qemu.value?.source.file, evidence.libvirt.value?.source.file]
    let directory = try RootDirectory(root)
    var sites: [ModelDescription.CPUIDSite] = []
    var notes = kernel.notes
    for file in programs.compactMap(\.self) {
      do {
        let bytes = try directory.read(file, limit: 256 << 20) ?? Data()
        let found = try CPUIDSites(of: bytes)
        sites += found.addresses.map { .init(buildID: found.buildID, address: $0) }
      } catch let failure as ELFFailure {
        notes.append("\(file): the CPUID instruction is answered by this host: \(failure)")
      }
    }
    (self.sites, self.notes) = (sites, notes)
  }

  /// A lab on this host, with what a scenario changes of the kernel.
  ///
  /// - Throws: ``ModelFailure`` for changes that the model does not know.
  package func plan(
    _ overrides: ModelOverrides = ModelOverrides(), library: String, cache: String
  ) throws(ModelFailure) -> LabPlan {
    let description = try ModelDescription(of: kernel, sites: sites, overrides: overrides)
    let files = HostFiles(of: kernel.host.platform, parameters: kernel.parameters)
    var plan = LabPlan(
      root: root, description: Data(description.text.utf8), hostFiles: files.byPath,
      library: library, cache: cache)
    plan.processorSignature = kernel.host.platform.processor.leaf(1)?.eax
    return plan
  }
}
