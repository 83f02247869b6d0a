import LodgeModel

/// Changes of a set as a whole that break nothing.
let harmlessOfSets: [HarmlessChange] = Suite.all.map { base in
  HarmlessChange(
    // It touches no fact but by the names in it, and so is not counted for any contract.
    "packages under other names (\(base.name))", on: base, touches: [], .renamedPackages)
}

/// The sets as they are.
private enum Suite {
  static let all: [Base] = [.bookworm, .trixie, .sid]
}

extension Edit {
  /// Gives every package another name and version, and some none.
  static var renamedPackages: Self {
    var edit = Self("packages have other names", facts: Set(FactName.allCases)) { _ in }
    edit.owners = { owner in
      guard let owner else { return "vendor-extras 1-1.el10" }
      let name = owner.split(separator: " ").first ?? ""
      return name.hasPrefix("lib") ? nil : "vendor-\(name) 1-1.el10"
    }
    return edit
  }
}
