package import LodgeModel

extension Contract {
  /// QEMU speaks the kernel's language: by the numbers that it really sends.
  package static let sentNumbers = Contract(
    id: "qemu.sent-numbers", catalogue: "R72",
    claim: "Every number that QEMU sends to the kernel means there what it means to QEMU",
    from: [.kernel], to: [.qemu],
    basis:
      "Linux include/uapi/linux/kvm.h, arch/x86/include/uapi/asm/kvm.h and psp-sev.h, of which "
      + "QEMU compiles in its own copy (linux-headers/)",
    remedy:
      "take a QEMU that was built with headers of this kernel's interface, or the kernel that "
      + "it was built for",
    knownCase: "KVM_X86_TDX_VM was 1, 2 and 5, KVM_CAP_VM_TYPES 1000 and 216 in trees before 6.16: "
      + "\"vm-type tdx not supported by KVM\", intel/tdx-tools#223",
    types: DomainType.confidential, judges: []
  ).onCalls([.uapi, .btf, .vendoredHeaders]) { _, calls, facts throws(MissingFact) in
    let kernel = KernelNumbers(
      headers: try facts.uapi, btf: facts.ifKnown(\.btf),
      vendored: facts.ifKnown(\.vendoredHeaders))
    let findings = NumberKind.all.flatMap { kind in
      let sent = calls.calls.filter { kind.includes($0.key) }
      return Dictionary(grouping: sent, by: \.key.number).sorted { $0.key < $1.key }
        .flatMap { number, uses in
          let place = uses.map(\.value).min() ?? ""
          let isRefused = uses.allSatisfy { $0.key.refusal != nil }
          return kind.parts(of: number).compactMap {
            kernel.finding(on: $0, of: kind, isRefused: isRefused, place)
          }
        }
    }
    return .judged(findings)
  }
}

extension NumberKind {
  /// The numbers that have names of their own: each bit, or the number itself.
  fileprivate func parts(of number: UInt64) -> [Int64] {
    guard isBits else { return [Int64(truncatingIfNeeded: number)] }
    return (0..<63).map { Int64(1) << $0 }.filter { number & UInt64($0) != 0 }
  }
}

/// What kernel and QEMU say of a number.
private struct KernelNumbers {
  let headers: UAPIHeaders
  let btf: KernelTypes?
  /// QEMU's own copy of the headers, where its source is known.
  let vendored: UAPIHeaders?

  /// What is wrong with a number that was sent; nil for nothing.
  func finding(
    on number: Int64, of kind: NumberKind, isRefused: Bool, _ place: String
  ) -> Finding? {
    let told = vendored.map { kind.names(of: number, in: $0.constants) } ?? []
    let names = told.isEmpty ? kind.names(of: number, in: kind.upstream) : told
    for name in names {
      if let enumerator = btf?.enumerator(name), enumerator.value != number {
        return differs(kind, name, number, enumerator.value, enumerator.source.at(name), place)
      }
    }
    if names.contains(where: { headers.constants[$0] == number }) { return nil }
    if let name = names.first(where: { headers.constants[$0] != nil }) {
      return differs(
        kind, name, number, headers.constants[name] ?? 0, headers.place(of: name), place)
    }
    if let name = names.first {
      return btf?.enumerator(name) == nil ? absent(kind, name, number, isRefused, place) : nil
    }
    // What the kernel alone names is a vendor's, and no question to it is wrong.
    guard kind.names(of: number, in: headers.constants).isEmpty, kind.absence != .answered
    else { return nil }
    return Finding(
      .fail, "QEMU sends \(kind.title) \(words(number)), which the kernel does not know",
      where: headers.source.at(),
      sides: [
        .init(.kernel, "has no name for \(words(number))"),
        .init(.qemu, "sends \(words(number)): \(place)"),
      ])
  }

  private func differs(
    _ kind: NumberKind, _ name: String, _ number: Int64, _ own: Int64, _ source: String,
    _ place: String
  ) -> Finding {
    let other = kind.names(of: number, in: headers.constants).first { $0 != name }
    return Finding(
      .fail,
      "QEMU sends \(kind.title) \(name) as \(words(number)), which the kernel has as \(words(own))",
      where: source,
      sides: [
        .init(
          .kernel,
          "\(name) is \(words(own))" + (other.map { ", \(words(number)) is \($0)" } ?? "")),
        .init(.qemu, "sends \(words(number)): \(place)"),
      ])
  }

  private func absent(
    _ kind: NumberKind, _ name: String, _ number: Int64, _ isRefused: Bool, _ place: String
  ) -> Finding? {
    guard isRefused, kind.absence != .answered else { return nil }
    return Finding(
      kind.absence == .fatal ? .fail : .info,
      "QEMU sends \(kind.title) \(name) (\(words(number))), which the kernel does not have",
      where: headers.source.at(),
      sides: [
        .init(.kernel, "has no \(name)"), .init(.qemu, "sends \(words(number)): \(place)"),
      ])
  }

  /// Small numbers are read by people, large ones are made of fields.
  private func words(_ number: Int64) -> String {
    number < 4096 ? "\(number)" : "0x\(String(number, radix: 16))"
  }
}
