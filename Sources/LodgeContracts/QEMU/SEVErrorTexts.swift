package import LodgeModel

extension Contract {
  /// QEMU has words for what the secure processor refuses.
  package static let sevErrorTexts = Contract(
    id: "qemu.sev-error-texts", catalogue: "R57",
    claim:
      "QEMU prints the right words for each error of the secure processor that the kernel names",
    from: [.kernel], to: [.qemu],
    basis: "Linux include/uapi/linux/psp-sev.h: SEV_RET_*; QEMU target/i386/sev.c: sev_fw_errlist, "
      + "which ends with SEV_RET_SECURE_DATA_INVALID (24) and answers \"unknown error\" above",
    remedy: "look up the number in the headers of the kernel rather than QEMU's words",
    knownCase: "codes 0x28 to 0x3f came to the headers between Linux 6.12 and 7.2, and QEMU 11.1 "
      + "prints \"unknown error\" for them",
    protecting: [.sev, .sevES, .sevSNP], reads: .promises + [.uapi]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let headers = try facts.uapi
    let own = headers.constants.filter { $0.key.hasPrefix("SEV_RET_") && $0.key != "SEV_RET_MAX" }
    guard !own.isEmpty else { return .notApplicable("the headers name no error of SEV") }
    let moved = texted.compactMap { name, number -> Finding? in
      guard let found = own[name], found != number else { return nil }
      return Finding(
        .warn, "\(name) is \(found), but QEMU has its words at \(number)",
        where: headers.place(of: name),
        sides: [.init(.kernel, "\(name) is \(found)"), .init(.qemu, "has its words at \(number)")])
    }
    let wordless = own.filter { $0.value > lastText && texted[$0.key] == nil }
    guard let last = wordless.max(by: { $0.value < $1.value }) else { return .judged(moved) }
    return .judged(
      moved.sorted { $0.summary < $1.summary } + [
        Finding(
          .info,
          "QEMU says \"unknown error\" for \(wordless.count.told("error", "errors"))"
            + " that the kernel names, up to \(last.key) (\(last.value))",
          where: headers.place(of: last.key),
          sides: [
            .init(.kernel, "names errors up to \(last.value)"),
            .init(.qemu, "has words up to \(lastText)"),
          ])
      ])
  }
}

/// The last error that QEMU has words for.
private let lastText: Int64 = 24

/// The errors that QEMU has words for, as it numbers them.
private let texted: [String: Int64] = [
  "SEV_RET_SUCCESS": 0, "SEV_RET_INVALID_PLATFORM_STATE": 1, "SEV_RET_INVALID_GUEST_STATE": 2,
  "SEV_RET_INVALID_CONFIG": 3, "SEV_RET_INVALID_LEN": 4, "SEV_RET_ALREADY_OWNED": 5,
  "SEV_RET_INVALID_CERTIFICATE": 6, "SEV_RET_POLICY_FAILURE": 7, "SEV_RET_INACTIVE": 8,
  "SEV_RET_INVALID_ADDRESS": 9, "SEV_RET_BAD_SIGNATURE": 10, "SEV_RET_BAD_MEASUREMENT": 11,
  "SEV_RET_ASID_OWNED": 12, "SEV_RET_INVALID_ASID": 13, "SEV_RET_WBINVD_REQUIRED": 14,
  "SEV_RET_DFFLUSH_REQUIRED": 15, "SEV_RET_INVALID_GUEST": 16, "SEV_RET_INVALID_COMMAND": 17,
  "SEV_RET_ACTIVE": 18, "SEV_RET_HWSEV_RET_PLATFORM": 19, "SEV_RET_HWSEV_RET_UNSAFE": 20,
  "SEV_RET_UNSUPPORTED": 21, "SEV_RET_INVALID_PARAM": 22, "SEV_RET_RESOURCE_LIMIT": 23,
  "SEV_RET_SECURE_DATA_INVALID": 24,
]
