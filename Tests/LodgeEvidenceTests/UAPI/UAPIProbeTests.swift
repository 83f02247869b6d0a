import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

/// What is read from headers, against a compiler that is given the same headers.
@Suite(.enabled(if: CompilerProbe.isPresent, "there is no cc for x86-64 on this host"))
struct UAPIProbeTests {
  @Test(arguments: HeaderTree.recorded)
  func recordedHeadersAreWhatTheCompilerSays(folder: String) async throws {
    try await compare(HeaderTree(folder))
  }

  @Test func changedNumbersMembersAndEnumeratorsAreWhatTheCompilerSays() async throws {
    var tree = try HeaderTree(HeaderTree.sid)
    try tree.replace(
      "#define KVM_X86_TDX_VM\t\t5", with: "#define KVM_X86_TDX_VM 1", in: tree.asmKVM)
    try tree.replace(
      "struct kvm_enc_region {", with: "struct kvm_enc_region {\n\t__u32 more;",
      in: HeaderTree.kvm)
    try tree.replace(
      "KVM_SEV_ES_INIT,", with: "KVM_SEV_ES_INIT,\n\tKVM_SEV_NEW,", in: tree.asmKVM)
    try await compare(tree)
  }

  @Test func unusualDeclarationsAreWhatTheCompilerSays() async throws {
    try await compare(HeaderTree("unusual-headers"))
  }

  /// Compares all that is read, and looks for what is left out.
  private func compare(_ tree: HeaderTree) async throws {
    let read = try tree.read()
    try await tree.written { directory in
      let probe = CompilerProbe(directory, read.files)
      let text = try probe.preprocessed()
      let kinds = Dictionary(
        text.matches(of: /\b(struct|union)\s+(?:__attribute__\s*\(\(.*?\)\)\s*)?(\w+)\s*\{/).map {
          (String($0.2), String($0.1))
        }, uniquingKeysWith: { first, _ in first })
      #expect(Set(kinds.keys) == Set(read.layouts.keys))
      let claims = read.constants.map(Self.claim) + Self.claims(read.layouts, kinds)
      try expect(probe, toRefuseOnly: "_Static_assert(1 == 2, \"\");", among: claims)

      let enumerators = text.matches(of: /\benum\b[^{;]*\{([^}]*)\}/).flatMap {
        $0.1.matches(of: /(?:^|,)\s*(\w+)/).map { String($0.1) }
      }
      #expect(enumerators.allSatisfy { read.constants[$0] != nil })
      try expectNothingLeftOut(tree, read, probe)
    }
  }

  private func expect(
    _ probe: CompilerProbe, toRefuseOnly falsehood: String, among claims: [String]
  ) throws {
    let refusals = try probe.refusals(of: claims + [falsehood])
    // The size of a flexible array cannot be asked for: that is why it is read as 0.
    let flexible = refusals.filter {
      $0.message.contains("incomplete type") && $0.line.contains(") == 0,")
    }
    let refused = Set(refusals.map(\.line)).subtracting(flexible.map(\.line))
    #expect(refused == [falsehood], "of \(claims.count) claims")
  }

  /// No macro that was left out may be an integer constant to the compiler.
  private func expectNothingLeftOut(
    _ tree: HeaderTree, _ read: UAPITranslation, _ probe: CompilerProbe
  ) throws {
    let macros = read.files.flatMap { file in
      String(decoding: tree.files[file] ?? Data(), as: UTF8.self)
        .matches(of: /#\s*define\s+(\w+)(?![\w(])/).map { String($0.1) }
    }
    let leftOut = Set(macros).subtracting(read.constants.keys).sorted()
    let lines = leftOut.enumerated().map { "enum { left_out_\($0) = ((\($1)) | 0) };" }
    let refused = Set(try probe.refusals(of: lines).map(\.line))
    #expect(lines.filter { !refused.contains($0) }.isEmpty)
  }

  private static func claim(of constant: (key: String, value: Int64)) -> String {
    // The least value has no literal of its own in C.
    let value = constant.value == .min ? "-\(Int64.max)LL - 1" : "\(constant.value)LL"
    return "_Static_assert((long long)(\(constant.key)) == \(value), \"\");"
  }

  private static func claims(
    _ layouts: [String: TypeLayout], _ kinds: [String: String]
  ) -> [String] {
    layouts.flatMap { tag, layout in
      let type = "\(kinds[tag] ?? "struct") \(tag)"
      let members = layout.members.flatMap {
        [
          "_Static_assert(__builtin_offsetof(\(type), \($0.name)) == \($0.offset), \"\");",
          "_Static_assert(sizeof(((\(type) *)0)->\($0.name)) == \($0.size), \"\");",
        ]
      }
      return ["_Static_assert(sizeof(\(type)) == \(layout.size), \"\");"] + members
    }
  }
}
