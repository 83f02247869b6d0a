import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct KernelConfigurationTests {
  private func configuration(
    of files: [String: Data]
  ) async throws -> Fact<KernelConfiguration> {
    try await Collector.kconfig.evidence(of: files).kconfig
  }

  @Test func symbolsHaveTheirValues() async throws {
    let found = try await configuration(of: RecordedKernel().files).value
    let configuration = try #require(found)
    #expect(configuration.options["KVM_AMD_SEV"] == "y")
    #expect(configuration.options["KVM_AMD"] == "m")
    #expect(configuration.options["GCC_VERSION"] == "140200")
    #expect(configuration.options["DEFAULT_HOSTNAME"] == "(none)")
    #expect(configuration.options["LOCALVERSION"]?.isEmpty == true)
    #expect(configuration.options["COMPILE_TEST"] == "n")
    #expect(configuration.enables("KVM_AMD") && !configuration.enables("COMPILE_TEST"))
    #expect(configuration.offers("COMPILE_TEST") && !configuration.offers("KVM_INTEL_TDX"))
  }

  @Test(arguments: [
    "boot/config-6.1", "usr/lib/modules/6.1/config", "lib/modules/6.1/config",
    "usr/src/linux-headers-6.1/.config", "usr/src/kernels/6.1/.config",
  ])
  func everyPlaceOfTheConfigurationIsKnown(file: String) async throws {
    let files = [file: Data("CONFIG_KVM=m\n".utf8), "lib/modules/6.1/kernel/x.ko": Data()]
    let configuration = try await configuration(of: files).value
    #expect(configuration == .init(source: Source(file: file), options: ["KVM": "m"]))
  }

  @Test func rootWithoutConfigurationSaysWhatWasLookedFor() async throws {
    let fact = try await configuration(of: ["boot/vmlinuz-6.1": Data()])
    guard case .absent(let reason) = fact else { return #expect(Bool(false), "\(fact)") }
    #expect(reason.hasPrefix("no package of this set has boot/config-6.1 or usr/lib/modules/6.1"))
  }

  @Test func otherFileInItsPlaceIsUnreadable() async throws {
    let fact = try await configuration(of: ["boot/config-6.1": Data(), "boot/vmlinuz-6.1": Data()])
    #expect(fact == .unreadable("boot/config-6.1: it sets no CONFIG_ symbol"))
  }

  @Test(arguments: [
    (#"CONFIG_A="say \"hi\" \\ bye""#, ["A": #"say "hi" \ bye"#]),
    ("CONFIG_A=0x1000000", ["A": "0x1000000"]),
    ("CONFIG_A=\"", ["A": "\""]),
    ("# CONFIG_A is not set", ["A": "n"]),
    ("# CONFIG_A was not set\nCONFIG_B\n#CONFIG_C=y\n", [:]),
    ("CONFIG_A=y\r\nCONFIG_B=m", ["A": "y", "B": "m"]),
  ])
  func linesAreReadAsKconfigWritesThem(text: String, options: [String: String]) {
    #expect(KernelConfiguration.options(in: text) == options)
  }

  @Test func damagedTextIsNeverATrap() throws {
    for bytes in try RecordedFile("kernel/config-6.12.117_x86_64+cut").damaged(count: 200) {
      _ = KernelConfiguration.options(in: String(decoding: bytes, as: UTF8.self))
    }
  }
}
