import Foundation
import Glibc
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// `lodge measure --predict` as a script sees it.
struct MeasureTests {
  /// What scripts may rely on in an answer.
  struct Answer: Decodable {
    struct File: Decodable, Equatable { var file: String, sha256: Digest }
    struct Inputs: Decodable {
      var firmware: File
      var vcpus: Int?
      var cpu: String?
      var vcpuSignature: String?
      var guestFeatures: String?
      var kernel: File?
      var initrd: File?
      var cmdline: String?
    }
    struct Alternative: Decodable { var measurement: String, reason: String, source: String }
    var type: DomainType
    var measurement: String
    var algorithm: String
    var inputs: Inputs
    var alternatives: [Alternative]
    var notes: [String]
  }

  private let folder: TemporaryFolder
  private let image: Answer.File

  init() throws {
    folder = try TemporaryFolder()
    let bytes = HandmadeFirmware().data
    image = Answer.File(file: try folder.write(bytes, to: "f.fd"), sha256: Digest(of: bytes))
  }

  private func lodge(_ arguments: [String]) async throws -> Command.Finished {
    try await Program.run(["measure"] + arguments, cache: folder.path, state: folder.path)
  }

  /// Predicts for the handmade image.
  private func predict(_ type: DomainType, _ arguments: String...) async throws -> Command.Finished
  {
    try await lodge(
      ["--predict", "--type", type.rawValue, "--firmware", image.file] + arguments)
  }

  private func answer(_ finished: Command.Finished) throws -> Answer {
    #expect(finished.ending == .exited(0) && finished.errors.isEmpty, "\(finished.errors)")
    return try JSONDecoder().decode(Answer.self, from: finished.output)
  }

  @Test("JSON has the measurement and all that decided it")
  func json() async throws {
    let sev = try answer(await predict(.sev, "--json"))
    #expect(sev.type == .sev && sev.algorithm == "sha256")
    // One SHA-256 over all that the guest is given, which is the file.
    #expect(sev.measurement == image.sha256.hex)
    #expect(sev.inputs.firmware == image && sev.inputs.vcpus == nil && sev.notes.isEmpty)
    let snp = try answer(
      await predict(.sevSNP, "--cpu", "EPYC-v4", "--vcpus", "3", "--guest-features", "21", "--json")
    )
    #expect(snp.type == .sevSNP && snp.algorithm == "sha384" && snp.measurement.count == 96)
    #expect(snp.inputs.vcpus == 3 && snp.inputs.cpu == "EPYC-v4" && snp.alternatives.isEmpty)
    #expect(snp.inputs.vcpuSignature == "0x800f12" && snp.inputs.guestFeatures == "0x21")
    let tdx = try answer(await predict(.tdx, "--json"))
    #expect(tdx.type == .tdx && tdx.algorithm == "sha384" && tdx.measurement.count == 96)
    let es = try answer(await predict(.sevES, "--vcpu-signature", "0x800F12", "--json"))
    #expect(es.type == .sevES && es.algorithm == "sha256" && es.measurement.count == 64)
    #expect(es.inputs.vcpus == 1 && es.inputs.cpu == nil && es.inputs.guestFeatures == "0x0")
    #expect(es.alternatives.map(\.measurement.count) == [64])
    #expect(es.alternatives.first?.measurement != es.measurement)
  }

  @Test("what is booted directly is told with its digests, and enters")
  func directBoot() async throws {
    func file(_ text: String) throws -> Answer.File {
      Answer.File(
        file: try folder.write(text, to: text), sha256: Digest(of: Data(text.utf8)))
    }
    let (kernel, initrd) = (try file("kernel"), try file("initrd"))
    let boot = ["--kernel", kernel.file, "--json"]
    let plain = try answer(await predict(.sev, "--json"))
    let bare = try answer(await predict(.sev, boot[0], boot[1], boot[2]))
    #expect(bare.inputs.kernel == kernel && bare.inputs.initrd == nil)
    #expect(bare.inputs.cmdline?.isEmpty == true && bare.measurement != plain.measurement)
    let whole = try answer(
      await predict(
        .sev, boot[0], boot[1], boot[2], "--initrd", initrd.file, "--cmdline", "root=Ü 日本"))
    #expect(whole.inputs.initrd == initrd && whole.inputs.cmdline == "root=Ü 日本")
    #expect(whole.measurement != bare.measurement)
    let tdx = try answer(await predict(.tdx, boot[0], boot[1], boot[2]))
    #expect(tdx.notes.map { $0.contains("does not enter MRTD") } == [true])
    #expect(tdx.measurement == (try answer(await predict(.tdx, "--json"))).measurement)
  }

  @Test("text begins with the measurement") func text() async throws {
    let sev = try await predict(.sev)
    #expect(
      sev.text == """
        \(image.sha256.hex)
          SEV launch digest, sha256, predicted
          firmware  \(image.file)  \(image.sha256)

        """)
    let es = try await predict(.sevES, "--cpu", "EPYC", "--vcpus", "2")
    let lines = es.text.split(separator: "\n")
    #expect(lines.count == 7 && lines[0].count == 64, "\(es.text)")
    #expect(lines[3] == "  vCPUs     2 of EPYC (0x800f12), SEV features 0x0")
    #expect(lines[4].hasPrefix("or ") && lines[4].count == 67)
    let tdx = try await predict(.tdx)
    #expect(tdx.text.split(separator: "\n").dropFirst().first == "  TDX MRTD, sha384, predicted")
    let unused = try await predict(.sev, "--guest-features", "1")
    #expect(
      unused.text.hasSuffix(
        "note: vCPUs do not enter the measurement of a guest of the type SEV\n"))
  }

  @Test("several vCPU counts and all models give one answer each") func several() async throws {
    let finished = try await predict(.sevSNP, "--cpu", "all", "--vcpus", "1-3,8", "--json")
    let answers = try JSONDecoder().decode([Answer].self, from: finished.output)
    let models = Set(answers.compactMap(\.inputs.cpu))
    #expect(models.isSuperset(of: ["EPYC", "EPYC-v4", "EPYC-Milan-v2", "EPYC-Turin", "qemu64"]))
    #expect(answers.count == 4 * models.count)
    #expect(answers.prefix(4).compactMap(\.inputs.vcpus) == [1, 2, 3, 8])
    // As many as there are counts and signatures: models that share one share their measurement.
    let signatures = Set(answers.compactMap(\.inputs.vcpuSignature))
    #expect(Set(answers.map(\.measurement)).count == 4 * signatures.count)
    let unknown = try await predict(.sevSNP, "--cpu", "EPYC-Milan-v22", "--json")
    #expect(unknown.ending == .exited(2) && unknown.output.isEmpty)
    #expect(unknown.errors.contains("did you mean EPYC-Milan-v2?"), "\(unknown.errors)")
    for model in models { #expect(unknown.errors.contains(" \(model)"), "\(model)") }
  }

  @Test(
    "wrong usage ends with 64",
    arguments: [
      ["--type", "sev"], ["--firmware", "f.fd"], ["--type", "plain", "--firmware", "f.fd"],
      ["--type", "sev-snp", "--firmware", "f.fd"], ["--type", "sev-es", "--firmware", "f.fd"],
      ["--type", "sev", "--firmware", "f.fd", "sev/policy"],
      ["--type", "sev", "--firmware", "f.fd", "--set", "sid"],
      ["--type", "sev", "--firmware", "f.fd", "--initrd", "i"],
      ["--type", "sev", "--firmware", "f.fd", "--cmdline", "quiet"],
      ["--type", "sev", "--firmware", "f.fd", "--kernel", "k", "--cmdline", "a\u{fffd}b"],
      ["--type", "sev-snp", "--firmware", "f.fd", "--cpu", "EPYC", "--vcpu-signature", "1"],
    ])
  func usage(_ arguments: [String]) async throws {
    let finished = try await lodge(["--predict"] + arguments)
    #expect(finished.ending == .exited(64), "\(finished.errors)")
    #expect(finished.output.isEmpty)
  }

  @Test("so do inputs of a prediction without one, and nothing at all")
  func usageWithoutPrediction() async throws {
    for arguments in [
      [], ["--type", "sev"], ["sev/policy", "--root", "/none", "--vcpus", "2"],
      ["sev/policy", "--root", "/none", "--guest-features", "1"],
    ] {
      let finished = try await lodge(arguments)
      #expect(finished.ending == .exited(64) && finished.output.isEmpty, "\(finished.errors)")
    }
  }

  @Test(
    "so does a number that is none",
    arguments: [
      ("--vcpus", "0"), ("--vcpus", "4097"), ("--vcpus=-1", nil), ("--vcpus", "4-1"),
      ("--vcpus", "1,,2"), ("--vcpus", "1-"), ("--vcpus", "1-2-3"), ("--vcpus", "0x4"),
      ("--vcpus", "99999999999999999999"), ("--guest-features", "10000000000000000"),
      ("--guest-features", "0x"), ("--guest-features", "１"), ("--guest-features", "+1"),
      ("--vcpu-signature", "100000000"), ("--vcpu-signature", ""),
    ])
  func number(option: String, value: String?) async throws {
    let model = option == "--vcpu-signature" ? [] : ["--cpu", "EPYC"]
    let finished = try await lodge(
      ["--predict", "--type", "sev-snp", "--firmware", image.file, option]
        + [value].compactMap(\.self) + model)
    #expect(finished.ending == .exited(64), "\(finished.errors)")
    #expect(finished.output.isEmpty)
  }

  @Test("a file that cannot be measured ends with 2 and gives no number")
  func files() async throws {
    let path = folder.path
    try folder.write(Data(count: 4096), to: "zeros")
    try folder.write(Data(), to: "empty")
    #expect(truncate(try folder.write(Data(), to: "huge"), 65 << 20) == 0)
    #expect(mkfifo("\(path)/fifo", 0o600) == 0)
    #expect(symlink("loop", "\(path)/loop") == 0)
    let cut = try folder.write(HandmadeFirmware().data.dropLast(), to: "cut")
    for (file, words) in [
      ("\(path)/none", "cannot read the firmware \(path)/none: No such file or directory"),
      ("", "cannot read the firmware : No such file or directory"),
      (path, "cannot read the firmware \(path): it is no file"),
      ("\(path)/fifo", "cannot read the firmware \(path)/fifo: it is no file"),
      ("/dev/zero", "cannot read the firmware /dev/zero: it is no file"),
      ("\(path)/loop", "cannot read the firmware \(path)/loop: Too many levels of symbolic links"),
      (
        "\(path)/huge",
        "the firmware \(path)/huge has 68157440 bytes, and at most 67108864 are read: is it the "
          + "right file?"
      ),
      (
        "\(path)/empty",
        "the firmware \(path)/empty has 0 bytes, no whole number of pages of 4096: it is cut off, "
          + "or no firmware"
      ),
      (
        cut,
        "the firmware \(cut) has 65535 bytes, no whole number of pages of 4096: it is cut off, or "
          + "no firmware"
      ),
      (
        "\(path)/zeros",
        "the firmware \(path)/zeros cannot start a guest of the type SEV: it has no table of "
          + "GUIDed structures"
      ),
    ] {
      let finished = try await lodge(
        ["--predict", "--type", "sev", "--firmware", file, "--json"])
      #expect(finished.ending == .exited(2) && finished.output.isEmpty)
      #expect(finished.errors == "lodge: \(words)\n")
    }
    let kernel = try await predict(.sev, "--kernel", "\(path)/fifo")
    #expect(kernel.ending == .exited(2) && kernel.output.isEmpty)
    #expect(kernel.errors == "lodge: cannot read the kernel \(path)/fifo: it is no file\n")
    let initrd = try await predict(.sev, "--kernel", cut, "--initrd", path)
    #expect(initrd.ending == .exited(2) && initrd.output.isEmpty)
    #expect(initrd.errors == "lodge: cannot read the initrd \(path): it is no file\n")
  }

  @Test("so does a file that may not be read") func unreadable() async throws {
    // The superuser may read it.
    guard getuid() != 0 else { return }
    let file = try folder.write(HandmadeFirmware().data, to: "secret", mode: 0)
    let finished = try await lodge(["--predict", "--type", "sev", "--firmware", file])
    #expect(finished.ending == .exited(2) && finished.output.isEmpty)
    #expect(finished.errors == "lodge: cannot read the firmware \(file): Permission denied\n")
  }

  @Test("a link to an image is that image") func link() async throws {
    #expect(symlink(image.file, "\(folder.path)/link") == 0)
    let finished = try await lodge(
      ["--predict", "--type", "sev", "--firmware", "\(folder.path)/link", "--json"])
    #expect(try answer(finished).measurement == image.sha256.hex)
  }
}
