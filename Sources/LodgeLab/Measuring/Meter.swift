import Foundation
import LodgeMeasurement
import LodgeModel
import LodgeScenarios
import Synchronization

/// Measures the launches of a lab from their transcripts, and against what their inputs say.
///
/// The platform model measures too, as the hardware does while a guest is launched. Here the same is
/// computed once more, by other code from the calls it wrote down; where the two differ, one of
/// them is wrong and nothing is told.
final class Meter: Sendable {
  private let files: KeptFiles
  /// CPUID leaf 1, EAX, of the modelled host.
  private let hostSignature: UInt32?
  /// Measurements of launches that were computed before, by what they were given.
  private let known = Mutex<[Key: Computed]>([:])

  init(_ files: KeptFiles, hostSignature: UInt32?) {
    (self.files, self.hostSignature) = (files, hostSignature)
  }

  /// What one launch came to; nil where none was measured to its end.
  ///
  /// - Throws: ``MeasuringFailure`` where the transcript and the kept contents do not give the
  ///   measurement that the platform model answered, and what keeps them from being read.
  func measured(
    _ label: String, _ transcript: Transcript, arguments: [String]
  ) throws -> MeasuredLaunch? {
    guard let trace = try LaunchTrace.last(in: transcript, files) else { return nil }
    let computed = computed(trace.launch)
    guard let answered = trace.answered, let measurement = computed.measurement else { return nil }
    guard answered == "\(measurement)" else {
      throw MeasuringFailure(
        "the platform model measured \(answered), and its calls make \(measurement)")
    }
    try check(trace.measure, of: measurement, policy: trace.attributes["policy"])
    let arguments = LaunchArguments(try ArgumentVector(words: arguments))
    return MeasuredLaunch(
      domain: label, type: trace.launch.type, algorithm: measurement.algorithm.rawValue,
      measurement: "\(measurement)", initialisation: trace.initialisation,
      attributes: trace.attributes.merging(arguments?.attributes ?? [:]) { $1 },
      regions: computed.regions,
      predicted: predicted(trace.launch, measurement, arguments))
  }

  /// What the inputs on a command line say that a launch will be measured to be; nil where they do
  /// not tell.
  func predicted(_ arguments: LaunchArguments) -> LaunchMeasurement? {
    let inputs = try? LaunchInputs(arguments, hostSignature: hostSignature, files: files)
    return (try? inputs?.launch()).flatMap { computed($0).measurement }
  }

  /// What the inputs on the command line say of a launch.
  private func predicted(
    _ launch: Launch, _ measurement: LaunchMeasurement, _ arguments: LaunchArguments?
  ) -> MeasuredLaunch.Predicted {
    do {
      guard let arguments else {
        return .unknown("the command line starts no confidential guest")
      }
      let inputs = try LaunchInputs(arguments, hostSignature: hostSignature, files: files)
      let expected = computed(try inputs.launch())
      guard let value = expected.measurement else { return .unknown("it is no measured guest") }
      guard value != measurement else { return .equal }
      let difference = computed(launch).regions.differences(from: expected.regions).first
      return .differs(
        measurement: "\(value)",
        difference: difference ?? "the pages are the same, and were measured otherwise")
    } catch {
      return .unknown("\(error)")
    }
  }

  /// The answer of LAUNCH_MEASURE is the digest under the owner's key, which is zeros.
  private func check(
    _ measure: LaunchTrace.Measure?, of digest: LaunchMeasurement, policy: String?
  ) throws {
    guard let measure else { return }
    let numbers = measure.version.split(separator: ".").map { UInt8($0) }
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1],
      let build = numbers[2], let policy = policy.flatMap(UInt32.init(hexadecimal:)),
      let nonce = [UInt8](hexadecimal: measure.nonce)
    else { throw MeasuringFailure("LAUNCH_MEASURE does not say what its answer is made of") }
    let expected = SEVLaunchMeasure(
      of: digest, policy: policy,
      version: SEVLaunchMeasure.Version(major: major, minor: minor, build: build), nonce: nonce,
      key: [UInt8](repeating: 0, count: 16))
    guard [UInt8](hexadecimal: measure.code) == expected.code else {
      throw MeasuringFailure(
        "the platform model answered another code to LAUNCH_MEASURE than its digest gives")
    }
  }

  /// What a launch is known by: contents by their digest would cost a hash, so by their bytes.
  private struct Key: Hashable {
    let type: DomainType
    let regions: [Region]

    struct Region: Hashable {
      let kind: String
      let address: UInt64?
      let size: UInt64
      let contents: Data
    }
  }

  private struct Computed {
    let measurement: LaunchMeasurement?
    let regions: [MeasuredRegion]
  }

  private func computed(_ launch: Launch) -> Computed {
    let key = Key(
      type: launch.type,
      regions: launch.regions.map {
        Key.Region(
          kind: $0.kind.title, address: $0.address, size: $0.size, contents: $0.contents)
      })
    if let known = known.withLock({ $0[key] }) { return known }
    let computed = Computed(
      measurement: launch.measurement, regions: launch.recorded)
    known.withLock { if $0.count < Self.memoryLimit { $0[key] = computed } }
    return computed
  }

  /// Launches that are remembered.
  private static let memoryLimit = 256
}

extension UInt32 {
  /// A number as transcripts write it: `0x5`.
  fileprivate init?(hexadecimal text: String) {
    guard text.hasPrefix("0x") else { return nil }
    self.init(text.dropFirst(2), radix: 16)
  }
}
