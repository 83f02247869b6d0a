import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel

/// What the QEMU of a root answers over QMP, asked once for all collectors.
///
/// The binary runs in the sandbox with `-machine none`: no KVM, no guest, no host files.
actor QEMUProbe {
  private var session: Task<QMPAnswers, any Error>?
  private let root: String
  private let binary: Source?

  /// Where distributions put the x86 system emulator, the most specific first.
  private static let binaries = [
    "usr/bin/qemu-system-x86_64", "usr/libexec/qemu-kvm", "usr/bin/qemu-kvm",
    "usr/libexec/qemu-system-x86_64",
  ]

  init(in directory: RootDirectory, ownerOf: (String) -> String?) {
    root = directory.path
    binary = Self.binaries.first { directory.kind($0) != nil }.map {
      Source(file: $0, package: ownerOf($0))
    }
  }

  /// The answers, with the binary that gave them; nil where the root has no QEMU.
  ///
  /// - Throws: ``QMPFailure`` where QEMU crashed, hung or did not speak QMP.
  func answers() async throws -> (QMPAnswers, Source)? {
    guard let binary else { return nil }
    if session == nil {
      let (root, file) = (root, binary.file)
      session = Task { try await QMPAnswers(askingQEMU: "/\(file)", in: Sandbox(root: root)) }
    }
    guard let session else { return nil }
    return (try await session.value, binary)
  }

  /// A fact made of the answers; absent where the root has no QEMU.
  func fact<Value>(
    _ make: (QMPAnswers, Source) throws -> Value
  ) async throws -> Fact<Value> {
    guard let (answers, binary) = try await answers() else {
      return .absent("there is no QEMU for x86; qemu-system-x86 or qemu-kvm-core would have it")
    }
    return .found(try make(answers, binary))
  }
}

/// The replies of one QEMU to all questions that collectors have.
struct QMPAnswers: Sendable {
  let version: QMPReply.Version
  let schema: [QMPReply.SchemaEntry]
  let types: [QMPReply.TypeInfo]
  /// Properties by type, for the types that ``properties(of:)`` picks.
  let properties: [String: [QMPReply.Property]]
  let machines: [QMPReply.Machine]
  let cpuModels: [QMPReply.CPUModel]

  /// Runs QEMU twice: once for what there is, once for the properties of what was found.
  ///
  /// - Throws: ``QMPFailure`` where it crashed, hung or printed something else than QMP.
  init(
    askingQEMU program: String, in sandbox: Sandbox, deadline: Duration = .seconds(20)
  ) async throws {
    func converse(_ questions: [QMPQuestion]) async throws(QMPFailure) -> QMPConversation {
      try await QMPConversation(with: program, in: sandbox, asking: questions, deadline: deadline)
    }
    let first = try await converse([
      .schema, .types(below: nil), .types(below: "confidential-guest-support"),
      .types(below: "memory-backend"), .machines, .cpuModels,
    ])
    version = first.version
    schema = try first.reply(0)
    types = try first.reply(1)
    machines = try first.reply(4)
    cpuModels = try first.reply(5)
    let guests: [QMPReply.TypeInfo] = try first.reply(2)
    let backends: [QMPReply.TypeInfo] = try first.reply(3)
    let interesting = (guests + backends).map(\.name).sorted() + Self.newestQ35(machines)
    let second = try await converse(interesting.map(QMPQuestion.properties))
    var properties: [String: [QMPReply.Property]] = [:]
    for (index, name) in interesting.enumerated() { properties[name] = try second.reply(index) }
    self.properties = properties
  }

  private static func newestQ35(_ machines: [QMPReply.Machine]) -> [String] {
    machines.filter { $0.alias == "q35" }.map { "\($0.name)-machine" }
  }
}
