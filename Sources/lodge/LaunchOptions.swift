import ArgumentParser
import Foundation
import LodgeLaunch
import LodgeMatrix
import LodgeModel
import LodgePlatform

/// Which scenarios are launched, on which modelled hosts.
struct LaunchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Launch on this platform only.", valueName: "id"))
  var platform: [String] = []

  @OptionGroup var folder: ScenarioFolderOption

  @Option(
    help: ArgumentHelp("Launch on the kernel of another set of the matrix.", valueName: "set"))
  var kernelFrom: String?

  @Option(
    name: .customLong("kernel-changes"),
    help: ArgumentHelp(
      "Launch on the kernel as this file changes it, such as Scenarios/kernels/with-tdx.yaml.",
      valueName: "file"))
  var kernelChanges: String?

  /// Reads the folder whole, so that nothing starts for one with a mistake in it.
  func catalogue() throws -> Catalogue {
    var catalogue = try folder.catalogue(chosen: platform)
    catalogue.changes = try kernelChanges.map(Self.kernelDescription)
    return catalogue
  }

  /// Makes scenarios ready to be tried, on the kernel that is asked for; its set is in the matrix.
  func trial(
    of catalogue: Catalogue, kernels matrix: MatrixOptions, _ bench: Workbench,
    notes: [String] = []
  ) async throws -> Trial {
    let kernel = try await kernelEvidence(kernelFrom == nil ? nil : matrix.read(), bench)
    return Trial(
      stage: bench.stage(of: catalogue), bench: bench, kernel: kernel, notes: notes)
  }

  /// The evidence of the set whose kernel is asked for.
  func kernelEvidence(_ matrix: Matrix?, _ bench: Workbench) async throws -> Evidence? {
    guard let kernelFrom else { return nil }
    guard let set = try matrix?.sets(named: [kernelFrom]).first else {
      throw InputFailure("--kernel-from names a set of a matrix; name the matrix too")
    }
    return try await bench.evidence(of: try await bench.prepare(set)).evidence
  }

  private static func kernelDescription(_ file: String) throws -> KernelDescription {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw InputFailure("cannot read the kernel description \(file)")
    }
    return try KernelDescription(yaml: text, file: file)
  }
}
