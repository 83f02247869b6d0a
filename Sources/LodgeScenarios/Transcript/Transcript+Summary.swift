extension Transcript {
  /// What a launch came to: how many calls of which kind, and what was put into the guest.
  package struct Summary: Equatable, Sendable {
    /// Bytes given to the guest in calls of one kind.
    package struct Pages: Equatable, Sendable {
      /// Such as `SNP NORMAL` or `TDX measured`.
      package var kind: String
      package var calls: Int
      package var bytes: UInt64

      package init(kind: String, calls: Int, bytes: UInt64) {
        (self.kind, self.calls, self.bytes) = (kind, calls, bytes)
      }
    }

    /// Calls by the object's kind: `kvm`, `vm`, `vcpu` or `sev`.
    package var calls: [String: Int]
    /// In the order of the first call of each kind.
    package var pages: [Pages]
    package var refusals: Int
  }

  /// What the calls came to.
  package var summary: Summary {
    let kinds = Dictionary(grouping: calls, by: \.objectKind).mapValues(\.count)
    var pages: [Summary.Pages] = []
    for call in calls {
      guard let (kind, bytes) = call.givenMemory else { continue }
      let index = pages.firstIndex { $0.kind == kind } ?? pages.endIndex
      if index == pages.endIndex { pages.append(.init(kind: kind, calls: 0, bytes: 0)) }
      pages[index].calls += 1
      pages[index].bytes = pages[index].bytes.addingReportingOverflow(bytes).partialValue
    }
    return Summary(calls: kinds, pages: pages, refusals: refusals.count)
  }
}

extension Transcript.Summary {
  /// The summary as lines for people.
  package var lines: [String] {
    let total = calls.values.reduce(0, +)
    let kinds = calls.keys.sorted().map { "\($0) \(calls[$0] ?? 0)" }.joined(separator: ", ")
    return ["\(total) calls (\(kinds)), \(refusals) refused"]
      + pages.map { "  \($0.kind): \($0.bytes) bytes in \($0.calls) calls" }
  }
}

extension Transcript.Call {
  /// The kind of object the call was made to: numbers left out, `vcpu` for a vCPU.
  fileprivate var objectKind: String {
    object.contains(".") ? "vcpu" : String(object.prefix { !$0.isNumber })
  }

  /// The memory that a successful call put into the guest before its start.
  fileprivate var givenMemory: (kind: String, bytes: UInt64)? {
    guard answer.errnoName == nil else { return nil }
    switch name {
    case "KVM_SEV_LAUNCH_UPDATE_DATA": return field("len")?.number.map { ("SEV data", $0) }
    case "KVM_SEV_SNP_LAUNCH_UPDATE":
      let type = field("type")?.number.flatMap(Transcript.PageType.init)?.title ?? "unknown"
      return field("len")?.number.map { ("SNP \(type)", $0) }
    case "KVM_TDX_INIT_MEM_REGION":
      let isMeasured = (field("flags")?.number ?? 0) & 1 == 1
      let bytes = field("nr_pages")?.number?.multipliedReportingOverflow(by: 4096).partialValue
      return bytes.map { (isMeasured ? "TDX measured" : "TDX not measured", $0) }
    default: return nil
    }
  }
}
