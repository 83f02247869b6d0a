import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel

/// What the QEMU of a root answers over QMP, asked once for all collectors.
///
/// The binary runs in the sandbox with `-machine none`: no KVM, no guest, no host files.
actor QEMUProbe {
  private var session: Task<QMPAnswers, any Error>?
  private let sandbox: Sandbox
  private let binary: Source?

  /// Where distributions put the x86 system emulator, the most specific first.
  static let binaries = [
    "usr/bin/qemu-system-x86_64", "usr/libexec/qemu-kvm", "usr/bin/qemu-kvm",
    "usr/libexec/qemu-system-x86_64",
  ]

  private static let noQEMU =
    "there is no QEMU for x86; qemu-system-x86 or qemu-kvm-core would have it"

  init(in directory: RootDirectory, _ sandbox: Sandbox, ownerOf: (String) -> String?) {
    self.sandbox = sandbox
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
      let (sandbox, file) = (sandbox, binary.file)
      session = Task { try await QMPAnswers(askingQEMU: "/\(file)", in: sandbox) }
    }
    guard let session else { return nil }
    return (try await session.value, binary)
  }

  /// A fact that QEMU's file tells; absent where the root has none.
  func file<Value>(_ read: (Source) async throws -> Fact<Value>) async throws -> Fact<Value> {
    guard let binary else { return .absent(Self.noQEMU) }
    return try await read(binary)
  }

  /// A fact that takes another run of QEMU; absent where the root has none, or one that does not
  /// start.
  func run<Value>(
    _ ask: (_ program: String, Sandbox, Source) async throws -> Fact<Value>
  ) async throws -> Fact<Value> {
    guard let binary else { return .absent(Self.noQEMU) }
    let fact: Fact<Value>
    do {
      fact = try await ask("/\(binary.file)", sandbox, binary)
    } catch {
      // Where it answers others, it is this question that it does not survive.
      guard let absence = await absence() else { throw error }
      return .absent(absence)
    }
    guard !fact.isFound, let absence = await absence() else { return fact }
    return .absent(absence)
  }

  /// A fact made of the answers; absent where the root has no QEMU, or one that does not start.
  func fact<Value>(
    _ make: (QMPAnswers, Source) throws -> Value
  ) async throws -> Fact<Value> {
    if let absence = await absence() { return .absent(absence) }
    guard let (answers, binary) = try await answers() else { return .absent(Self.noQEMU) }
    return .found(try make(answers, binary))
  }

  /// Whether it starts; absent where the root has no QEMU.
  ///
  /// - Throws: ``QMPFailure`` where it hung, was killed or did not speak QMP.
  func start() async throws -> Fact<QEMUStart> {
    guard let binary else { return .absent(Self.noQEMU) }
    do {
      _ = try await answers()
      return .found(QEMUStart(source: binary))
    } catch let failure as QMPFailure {
      guard let refusal = failure.refusal else { throw failure }
      return .found(QEMUStart(source: binary, refusal: refusal))
    }
  }

  /// Why there are no answers of a QEMU that does not start; nil where it does, or may.
  private func absence() async -> String? {
    (try? await start())?.value?.refusal.map { "QEMU does not start: it \($0)" }
  }
}
