package import LodgeModel

extension Contract {
  /// A question about SEV does no harm to a guest of another kind.
  package static let querySEVSurvived = Contract(
    id: "qemu.query-sev-survived", catalogue: "R61",
    claim: "QEMU answers query-sev of a TDX domain with an error, and the domain goes on running",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU qapi/misc-i386.json: query-sev is there in every state; target/i386/sev.c, "
      + "qmp_query_sev",
    remedy: "take a QEMU whose qmp_query_sev looks at the type of the guest before it casts; until "
      + "then send query-sev to no TDX domain",
    knownCase: "QEMU 11.1.3 aborts: sev.c:52:SEV_COMMON: Object is not an instance of type "
      + "sev-common",
    types: [.tdx], launching: ["tdx/query-sev"])
}
