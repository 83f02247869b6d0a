import LodgePlatform

extension YAMLValue {
  /// Answers of the CPUID instruction, a line each, as `cpuid -r -1` prints them:
  /// `0x00000001 0x00: eax=0x00a00f11 ebx=0x00080800 ecx=0x7efa320b edx=0x178bfbff`.
  func cpuidTable() throws(MatrixFailure) -> [CPUIDLeaf] {
    var leaves: [CPUIDLeaf] = []
    for (number, row) in try text().split(separator: "\n").enumerated() {
      // The text of a block starts in the line below its mark.
      let line = self.line.map { $0 + 1 + number }
      guard let leaf = CPUIDLeaf(row: row) else {
        throw failure("it is no row of cpuid -r", line: line)
      }
      if let last = leaves.last, (last.function, last.index) >= (leaf.function, leaf.index) {
        throw failure("rows go up in function and index, each once", line: line)
      }
      guard leaves.count < 512 else { throw failure("a table has at most 512 rows", line: line) }
      leaves.append(leaf)
    }
    return leaves
  }
}

extension CPUIDLeaf {
  fileprivate init?(row: Substring) {
    let words = row.split(separator: " ")
    guard words.count == 6, words[1].hasSuffix(":"),
      let function = UInt32(literal: words[0]), let index = UInt32(literal: words[1].dropLast())
    else { return nil }
    self.init(function, index, eax: 0, ebx: 0, ecx: 0, edx: 0)
    for (register, word) in zip(Register.allCases, words.dropFirst(2)) {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0] == register.rawValue, let value = UInt32(literal: parts[1])
      else { return nil }
      self[register] = value
    }
  }
}
