import Foundation
import LodgeMatrix
import LodgePlatform
import LodgeTesting
import Testing

struct KernelDescriptionFileTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios/kernels")

  @Test func theKernelWithTDXIsDescribed() throws {
    let file = Self.folder.appending(path: "with-tdx.yaml")
    let kernel = try KernelDescription(
      yaml: String(contentsOf: file, encoding: .utf8), file: "Scenarios/kernels/with-tdx.yaml")
    #expect(kernel.id == "with-tdx")
    #expect(kernel.needs == ["KVM_X86_TDX_VM", "KVM_TDX_INIT_VM"])
    #expect(kernel.kconfig == ["INTEL_TDX_HOST": "y", "KVM_INTEL_TDX": "y"])
    #expect(kernel.parameters == ["kvm_intel": ["tdx": "bool"]])
  }

  /// A text and the words of what is wrong with it.
  @Test(arguments: [
    ("title: a\nkconfg: {A: y}", "did you mean kconfig?"),
    ("title: a", "it changes nothing"),
    ("kconfig: {A: y}", "the key title is missing"),
    ("title: a\nkconfig: {CONFIG_A: y}", "no kconfig symbol without CONFIG_"),
    ("title: a\nkconfig: {A: yes please}", "is not y, m, n or a number"),
    ("title: a\nneeds: [lower]\nkconfig: {A: y}", "is not the name of a constant"),
    ("title: a\nparameters: {kvm-intel: {tdx: bool}}", "did you mean kvm_intel?"),
    ("title: a\nparameters: {kvm_intel: {../tdx: bool}}", "cannot be a parameter's name"),
    ("title: a\nparameters: {kvm_intel: {tdx: boolean}}", "is not a type of module parameters"),
    ("", "it is empty"), ("- a", "a mapping is expected"),
  ])
  func whatIsOutsideTheGrammarIsNamed(_ text: String, _ words: String) {
    let failure = #expect(throws: MatrixFailure.self) {
      try KernelDescription(yaml: text, file: "k.yaml")
    }
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
  }

  @Test func damageIsNeverATrap() throws {
    let file = Self.folder.appending(path: "with-tdx.yaml")
    let bytes = try [UInt8](Data(contentsOf: file))
    var random = SplitMix(state: 7)
    for _ in 0..<300 {
      var damaged = bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
      for index in damaged.indices where Int.random(in: 0..<40, using: &random) == 0 {
        damaged[index] = UInt8.random(in: 0...255, using: &random)
      }
      // Only the failure's type is of interest: all else would end the test.
      _ = try? KernelDescription(yaml: String(decoding: damaged, as: UTF8.self), file: "k.yaml")
    }
  }
}
