import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct CallersTests {
  private func callers(of files: [String: String]) async throws -> [QEMUCallers.Caller]? {
    try await Collector.callers.evidence(of: files.mapValues { Data($0.utf8) })
      .callers.value?.callers
  }

  @Test func scriptsAndBinariesThatStartGuestsAreRead() async throws {
    let elf = "\u{7F}ELF"
    let found = try await callers(of: [
      "etc/libvirt/hooks/qemu": "#!/bin/sh\nsed s/x/certs-path=y/\n",
      "etc/libvirt/hooks/qemu.d/10": "#!/bin/sh\n# certs-path\n",
      "usr/bin/start-td": "#!/bin/sh\nqemu -machine q35,memory-encryption=sev0\n",
      "usr/bin/containerd-shim-kata-v2": "\(elf)certs-path=init-flags",
      "usr/bin/other": "\(elf)certs-path",
      "usr/bin/qemu-system-x86_64": "#!/bin/sh\nmemory-encryption=\n",
      "usr/share/doc/x": "certs-path",
    ])
    #expect(
      found?.map { "\($0.source.file) \($0.options.joined(separator: " ")) \($0.isBinary)" } == [
        "etc/libvirt/hooks/qemu certs-path false",
        "usr/bin/containerd-shim-kata-v2 certs-path init-flags true",
        "usr/bin/start-td memory-encryption= false",
      ])
  }

  @Test func aRootWithoutCallersHasAnEmptyList() async throws {
    #expect(try await callers(of: ["usr/bin/true": "#!/bin/sh\n"]) == [])
    #expect(try await callers(of: ["etc/passwd": ""]) == nil)
  }
}
