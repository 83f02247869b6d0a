import LodgeModel

extension Collector {
  /// Which QEMU the root has, from its own greeting, and the options it takes.
  package static let qemu = Collector(\.qemu) { root in
    try await root.qemu.fact { answers, binary in
      let number = answers.version.qemu
      return QEMUBuild(
        version: "\(number.major).\(number.minor).\(number.micro)",
        packageVersion: answers.version.package, source: binary,
        commandLine: QEMUCommandLine(groups: answers.optionGroups, help: answers.help))
    }
  }
}

extension QEMUCommandLine {
  /// Reads `-help`, in which each option stands at the start of a line.
  fileprivate init(groups: [QMPReply.OptionGroup], help: String) {
    let options = help.split(separator: "\n").filter { $0.hasPrefix("-") }.flatMap { line in
      // Twins stand as one word, such as `-fda/-fdb`.
      line.prefix { $0 != " " }.split(separator: "/").map { word in
        String(word.drop { $0 == "-" })
      }
    }
    self.init(
      options: Set(options).sorted(),
      parameters: Dictionary(
        groups.map { ($0.option, $0.parameters.map(\.name).sorted()) },
        uniquingKeysWith: { first, _ in first }))
  }
}
