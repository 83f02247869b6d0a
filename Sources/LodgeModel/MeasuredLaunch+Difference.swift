extension MeasuredLaunch {
  /// Where two launches put something else into their measurement: each call, with its first page or
  /// its registers; empty where nothing differs.
  package func differences(from other: MeasuredLaunch) -> [String] {
    regions.differences(from: other.regions)
  }
}

extension [MeasuredRegion] {
  /// Where the calls of two launches differ, each with its first page or its registers; empty where
  /// nothing differs.
  package func differences(from other: [MeasuredRegion]) -> [String] {
    var differences = zip(self, other).enumerated().compactMap { index, pair in
      pair.0.difference(from: pair.1).map { "measured call \(index + 1), \($0)" }
    }
    let common = Swift.min(count, other.count)
    differences += dropFirst(common).enumerated().map {
      "measured call \(common + $0 + 1) is new: \($1.title)"
    }
    differences += other.dropFirst(common).enumerated().map {
      "measured call \(common + $0 + 1) is not made any more: \($1.title)"
    }
    return differences
  }
}

extension MeasuredRegion {
  /// The call in words, such as `KVM_SEV_SNP_LAUNCH_UPDATE of 0x1000 bytes ZERO at 0x80d000`.
  package var title: String {
    let place = address.map { " at \($0.hexadecimal)" } ?? ""
    let count = registers.count
    return count > 0
      ? "\(call) of \(count) save areas" : "\(call) of \(size.hexadecimal) bytes \(kind)\(place)"
  }

  fileprivate func difference(from other: MeasuredRegion) -> String? {
    guard self != other else { return nil }
    let areas = registers
    let others = other.registers
    if call == other.call, !areas.isEmpty, !others.isEmpty {
      return difference(of: areas, from: others)
    }
    guard (call, kind, size) == (other.call, other.kind, other.size), address == other.address
    else {
      return title == other.title
        ? "\(title): it was measured otherwise" : "was \(other.title), is \(title)"
    }
    let (now, before) = (Array(pages.utf8), Array(other.pages.utf8))
    let differing = zip(now, before).enumerated().first { $0.element.0 != $0.element.1 }
    let page = (differing?.offset ?? min(now.count, before.count)) / Self.digitsOfPage
    let total = max(now.count, before.count) / Self.digitsOfPage
    let offset = UInt64(page) * Page.size
    let place =
      address.map { "page \(($0 &+ offset).hexadecimal)" }
      ?? "the page at offset \(offset.hexadecimal)"
    let count = stride(from: 0, to: min(now.count, before.count), by: Self.digitsOfPage).count {
      now[$0..<min($0 + Self.digitsOfPage, now.count)]
        != before[$0..<min($0 + Self.digitsOfPage, before.count)]
    }
    return "\(call) \(kind): \(place) has other contents (\(count) of \(total) pages differ)"
  }

  private func difference(of areas: [[String: String]], from others: [[String: String]]) -> String {
    for (index, (now, before)) in zip(areas, others).enumerated() where now != before {
      let names = Set(now.keys).union(before.keys).filter { now[$0] != before[$0] }.sorted()
      let words = names.prefix(4).map { "\($0) was \(before[$0] ?? "0x0"), is \(now[$0] ?? "0x0")" }
      let more = names.count > 4 ? ", and \(names.count - 4) more" : ""
      return "\(call), save area of vCPU \(index): \(words.joined(separator: ", "))\(more)"
    }
    return "\(call): there were \(others.count) save areas, and there are \(areas.count)"
  }

  /// The registers of each vCPU.
  private var registers: [[String: String]] {
    saveAreas.flatMap { Array(repeating: $0.fields, count: max(0, min($0.count, 1 << 16))) }
  }

  /// Hexadecimal digits of one page in ``pages``.
  package static let digitsOfPage = 16
}
