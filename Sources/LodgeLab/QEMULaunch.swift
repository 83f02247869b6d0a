/// One start of QEMU by libvirt, as libvirt's log of the domain tells it.
///
/// **Source:** libvirt 9.0 to 12.8, src/qemu/qemu_process.c (`qemuProcessLaunch`,
/// `qemuProcessStop`) and src/util/vircommand.c (`virCommandToStringBuf`).
package struct QEMULaunch: Equatable, Sendable {
  /// The program and its arguments.
  package var commandLine: [String]
  /// What QEMU, and libvirt's remarks, said after the start, line by line.
  package var output: [String]
  /// Why libvirt says it ended, such as `failed` or `crashed`; nil while it runs.
  package var endReason: String?

  package init(
    commandLine: [String] = [], output: [String] = [], endReason: String? = nil
  ) {
    (self.commandLine, self.output, self.endReason) = (commandLine, output, endReason)
  }

  /// The launches in a log, the oldest first.
  package static func all(in log: String) -> [QEMULaunch] {
    var launches: [QEMULaunch] = []
    var isCommand = false
    for line in log.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.contains(": starting up libvirt version: ") {
        launches.append(QEMULaunch())
        isCommand = true
      } else if launches.isEmpty || line.isEmpty {
        continue
      } else if isCommand {
        isCommand = line.hasSuffix(" \\")
        launches[launches.count - 1].commandLine += words(of: line)
      } else if let reason = line.firstRange(of: ": shutting down, reason=") {
        launches[launches.count - 1].endReason = String(line[reason.upperBound...])
      } else {
        launches[launches.count - 1].output.append(String(line))
      }
    }
    return launches.map(\.withoutVariables)
  }

  /// The words of a line of shell, which libvirt quotes with single quotes only.
  private static func words(of line: Substring) -> [String] {
    var (words, word): ([String], String?) = ([], nil)
    var (isQuoted, isEscaped) = (false, false)
    for character in line {
      switch character {
      case _ where isEscaped:
        word = (word ?? "") + String(character)
        isEscaped = false
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case _ where isQuoted: word = (word ?? "") + String(character)
      case "\\": isEscaped = true
      case " ":
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  /// The launch without the variables that stand before the program.
  private var withoutVariables: QEMULaunch {
    var launch = self
    launch.commandLine = Array(commandLine.drop { !$0.hasPrefix("/") })
    return launch
  }
}
