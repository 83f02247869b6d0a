import Foundation
import LodgeMeasurement
import LodgeModel
import LodgeScenarios

/// What the transcript of a QEMU shows of one launch that was measured to its end.
struct LaunchTrace {
  /// The VM of the calls, such as `vm1`.
  let machine: String
  private(set) var launch: Launch
  /// The command that made the VM a guest of its type.
  private(set) var initialisation = ""
  /// What is reported beside the measurement, by the members of the calls.
  private(set) var attributes: [String: String] = [:]
  /// The measurement that the platform model answered; nil while the launch has not ended.
  private(set) var answered: String?
  /// What LAUNCH_MEASURE answered.
  private(set) var measure: Measure?

  /// The answer of LAUNCH_MEASURE, as hexadecimal digits.
  struct Measure: Equatable {
    var code: String
    var nonce: String
    /// Major, minor and build of the firmware.
    var version: String
  }

  /// The last launch of a transcript whose measurement was finished; nil where there is none.
  ///
  /// - Throws: ``MeasuringFailure`` where a call of it lacks what its measurement needs, and what
  ///   keeps its contents from being read.
  static func last(
    in transcript: Transcript, _ files: KeptFiles
  ) throws -> LaunchTrace? {
    var traces: [LaunchTrace] = []
    for call in transcript.calls where call.answer.errnoName == nil {
      let machine = String(call.object.prefix { $0 != "." })
      guard let command = call.command, machine.hasPrefix("vm") else { continue }
      let index = traces.firstIndex { $0.machine == machine } ?? traces.endIndex
      if index == traces.endIndex { traces.append(LaunchTrace(machine)) }
      try traces[index].add(call, command, files)
    }
    return traces.last { $0.answered != nil }
  }

  private init(_ machine: String) {
    self.machine = machine
    launch = Launch(type: .plain, regions: [])
  }

  private mutating func add(
    _ call: Transcript.Call, _ command: String, _ files: KeptFiles
  ) throws {
    switch command {
    case "KVM_SEV_INIT", "KVM_SEV_ES_INIT", "KVM_SEV_INIT2", "KVM_TDX_INIT_VM":
      initialisation = command
      if command.hasPrefix("KVM_TDX") { launch.type = .tdx }
      note(call, ["attributes", "xfam", "mrconfigid", "mrowner", "mrownerconfig"])
    case "KVM_SEV_LAUNCH_START":
      launch.type = initialisation == "KVM_SEV_ES_INIT" ? .sevES : .sev
      note(call, ["policy"])
    case "KVM_SEV_LAUNCH_UPDATE_DATA":
      launch.regions.append(
        LaunchRegion(.data, contents: try files.measured(try call.digest("sha256"))))
    case "KVM_SEV_LAUNCH_UPDATE_VMSA":
      launch.type = .sevES
      try addSaveAreas(call, files)
    case "KVM_SEV_LAUNCH_MEASURE":
      answered = try call.text("digest")
      measure = Measure(
        code: try call.text("measure"), nonce: try call.text("nonce"),
        version: try call.text("api"))
    case "KVM_SEV_SNP_LAUNCH_START":
      launch.type = .sevSNP
      note(call, ["policy", "gosvw"])
    case "KVM_SEV_SNP_LAUNCH_UPDATE": try addPages(call, files)
    case "KVM_SEV_SNP_LAUNCH_FINISH":
      try addSaveAreas(call, files)
      note(call, ["host_data", "id_block_en", "auth_key_en", "vcek_disabled"])
      answered = try call.text("digest")
    case "KVM_TDX_INIT_MEM_REGION": try addTrustDomainPages(call, files)
    case "KVM_TDX_FINALIZE_VM": answered = try call.text("mrtd")
    default: break
    }
  }

  private mutating func note(_ call: Transcript.Call, _ names: [String]) {
    for name in names {
      if case .text(let text)? = call.field(name) { attributes[name] = text }
    }
  }

  private mutating func addSaveAreas(
    _ call: Transcript.Call, _ files: KeptFiles
  ) throws {
    let pages = try files.measured(try call.digest("vmsas"))
    guard pages.count.isMultiple(of: SaveArea.size), !pages.isEmpty else {
      throw MeasuringFailure("\(call.name) measured \(pages.count) bytes, no whole save areas")
    }
    launch.regions.append(LaunchRegion(.saveAreas, contents: pages))
  }

  private mutating func addPages(
    _ call: Transcript.Call, _ files: KeptFiles
  ) throws {
    let address = try call.number("gfn_start").multipliedReportingOverflow(by: Page.size)
    guard let type = UInt8(exactly: try call.number("type")).flatMap(SNPLaunchDigest.PageType.init),
      type != .saveArea, !address.overflow
    else {
      throw MeasuringFailure("\(call.name) has a page type or an address that nobody knows")
    }
    if type.isMeasured {
      let contents = try files.measured(try call.digest("sha256"))
      launch.regions.append(
        LaunchRegion(.snp(type), at: address.partialValue, contents: contents))
    } else {
      launch.regions.append(
        LaunchRegion(.snp(type), at: address.partialValue, size: try call.doneBytes("len")))
    }
  }

  private mutating func addTrustDomainPages(
    _ call: Transcript.Call, _ files: KeptFiles
  ) throws {
    let address = try call.number("gpa")
    let isExtended = try call.number("flags") & 1 == 1
    if isExtended {
      let contents = try files.measured(try call.digest("sha256"))
      launch.regions.append(
        LaunchRegion(.trustDomain(isExtended: true), at: address, contents: contents))
    } else {
      let pages = try call.number("nr_pages").multipliedReportingOverflow(by: Page.size)
      guard !pages.overflow, pages.partialValue <= Self.regionLimit else {
        throw MeasuringFailure("\(call.name) adds more memory than there is")
      }
      launch.regions.append(
        LaunchRegion(
          .trustDomain(isExtended: false), at: address,
          size: min(call.toldNumber("done") ?? .max, pages.partialValue)))
    }
  }

  /// Bytes; what is not measured needs no contents, and still takes a hash for each page.
  fileprivate static let regionLimit: UInt64 = 256 << 20
}

extension Transcript.Call {
  fileprivate func text(_ name: String) throws -> String {
    guard case .text(let text)? = field(name) ?? output(name) else {
      throw MeasuringFailure("\(self.name) (call \(sequence)) does not say its \(name)")
    }
    return text
  }

  fileprivate func number(_ name: String) throws -> UInt64 {
    guard let number = field(name)?.number else {
      throw MeasuringFailure("\(self.name) (call \(sequence)) does not say its \(name)")
    }
    return number
  }

  fileprivate func digest(_ name: String) throws -> Digest {
    guard let digest = Digest(try text(name)) else {
      throw MeasuringFailure("\(self.name) (call \(sequence)) has a \(name) that is no digest")
    }
    return digest
  }

  fileprivate func toldNumber(_ name: String) -> UInt64? { (field(name) ?? output(name))?.number }

  /// The bytes that were taken: what was asked for, but where the call says otherwise.
  fileprivate func doneBytes(_ asked: String) throws -> UInt64 {
    let bytes = try toldNumber("done") ?? number(asked)
    guard bytes <= LaunchTrace.regionLimit else {
      throw MeasuringFailure("\(name) takes more memory than there is")
    }
    return bytes
  }

  private func output(_ name: String) -> Transcript.Value? {
    outputs.first { $0.name == name }?.value
  }
}
