import Foundation
package import LodgeModel

/// What became of all mutations and harmless changes, for people.
package struct MutationTable: Sendable {
  private let mutations: [MutationResult]
  private let harmless: [HarmlessResult]
  private let contracts: [Contract]

  /// Takes results; `contracts` name what their ids stand for.
  package init(
    _ mutations: [MutationResult], _ harmless: [HarmlessResult], of contracts: [Contract]
  ) {
    (self.mutations, self.harmless, self.contracts) = (mutations, harmless, contracts)
  }

  /// Whether every mutation was caught and no harmless change called a failure.
  package var isProof: Bool {
    mutations.allSatisfy(\.isCaught) && harmless.allSatisfy(\.isQuiet)
  }

  /// The table: contracts with their mutations, then harmless changes, then totals.
  package var text: String {
    (mutationLines + [""] + harmlessLines + ["", totals]).joined(separator: "\n") + "\n"
  }

  private var mutationLines: [String] {
    let rows = contracts.flatMap { contract -> [[String]] in
      let own = mutations.filter { $0.mutation.contracts.contains(contract.id) }
      return own.enumerated().map { index, result in
        let verdict =
          result.stale != nil ? "STALE" : result.caught[contract.id] == nil ? "MISSED" : "caught"
        return [
          index == 0 ? "\(contract.catalogue) \(contract.id)" : "",
          result.mutation.edits.map(\.title).joined(separator: "; "), result.mutation.base.name,
          verdict, result.fallen.joined(separator: " "),
        ]
      }
    }
    let stale = mutations.compactMap { result in
      result.stale.map { "stale      \(result.mutation.id): \($0)" }
    }
    let missed = mutations.filter { $0.stale == nil && !$0.isCaught }.flatMap { result in
      result.missed.map { contract in
        "missed     \(result.mutation.id): no new finding of \(contract) names "
          + "\(result.mutation.naming): \(result.said[contract] ?? "")"
      }
    }
    return Self.table(["contract", "mutation", "of", "", "fell as well"], rows, widths: [34, 60])
      + stale + missed
  }

  private var harmlessLines: [String] {
    let rows = harmless.map { result in
      [
        result.change.id, result.change.base.name,
        result.stale != nil ? "STALE" : result.alarms.isEmpty ? "quiet" : "FALSE ALARM",
      ]
    }
    let details = harmless.flatMap { result in
      (result.stale.map { ["stale      \(result.change.id): \($0)"] } ?? [])
        + result.alarms.map { "alarm      \(result.change.id): \($0)" }
    }
    return Self.table(["harmless change", "of", ""], rows, widths: [72]) + details
  }

  /// One line that says how it came out.
  package var totals: String {
    let caught = mutations.count(where: \.isCaught)
    let proven = Set(mutations.filter(\.isCaught).flatMap(\.mutation.contracts))
    let stale = mutations.count { $0.stale != nil } + harmless.count { $0.stale != nil }
    let alarms = harmless.count { !$0.alarms.isEmpty }
    return "\(proven.count) of \(contracts.count) contracts proven; "
      + "\(mutations.count) mutations: \(caught) caught, "
      + "\(mutations.count - caught - mutations.count { $0.stale != nil }) missed; "
      + "\(harmless.count) harmless changes: \(alarms) false alarms; \(stale) stale"
  }

  /// Lines with columns; those that have a width are cut to it.
  private static func table(
    _ head: [String], _ rows: [[String]], widths: [Int]
  ) -> [String] {
    let all = [head] + rows
    let columns = head.indices.map { column in
      let longest = all.map { $0[column].count }.max() ?? 0
      return column < widths.count ? min(widths[column], longest) : longest
    }
    return all.map { row in
      zip(row, columns).map { text, width in
        let cut = text.count > width ? text.prefix(max(0, width - 1)) + "…" : text[...]
        return cut.padding(toLength: width, withPad: " ", startingAt: 0)
      }.joined(separator: "  ").replacing(/\ +$/, with: "")
    }
  }
}
