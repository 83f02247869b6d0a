import LodgeModel

/// All cells of a set: those that there should be, and those that were recorded.
struct CellsOfSet {
  /// One claim with what is known of it.
  struct Entry {
    var claim: Claim
    /// Where it is judged, as the plan says; empty for what only a record knows.
    var planned: [Stage] = []
    var compares = false
    var observations: [Observation] = []
  }

  /// In the order of the plan, then of the record.
  private(set) var entries: [Entry] = []

  init(plan: Plan, set: SetRecord) {
    var places: [Claim: Int] = [:]
    func place(_ claim: Claim) -> Int {
      let key = claim.withoutNumber
      if let known = places[key] { return known }
      entries.append(Entry(claim: claim))
      places[key] = entries.count - 1
      return entries.count - 1
    }
    for planned in plan.entries {
      let index = place(planned.claim)
      entries[index].planned += planned.stages.filter { !entries[index].planned.contains($0) }
      if planned.compares { entries[index].compares = true }
    }
    for observation in set.observations {
      entries[place(Claim(of: observation.cell))].observations.append(observation)
    }
  }
}
