/// What QEMU said during its last start, from the log that libvirt keeps for each domain.
package struct QEMULog: Equatable, Sendable {
  /// QEMU's command line, one argument an element; empty where the log has none.
  package var arguments: [String]
  /// Lines that QEMU and its libraries printed, without time and program name.
  package var messages: [String]
  /// libvirt's word for why the domain stopped, such as `failed` or `crashed`.
  package var reason: String?

  /// Reads the text of a log; of several starts only the last counts, of a line 4 KiB.
  ///
  /// **Source:** libvirt 12.8, src/qemu/qemu_domain.c (qemuDomainLogContext),
  /// src/qemu/qemu_process.c and src/util/vircommand.c (virCommandToStringBuf with line breaks).
  package init(_ text: String) {
    (arguments, messages, reason) = ([], [], nil)
    var lines = text.split(whereSeparator: \.isNewline).map { String($0.prefix(4096)) }[...]
    if let start = lines.lastIndex(where: { $0.contains(": starting up libvirt version") }) {
      lines = lines[(start + 1)...]
      takeCommand(from: &lines)
    }
    for line in lines.prefix(10_000) {
      if let found = line.firstMatch(of: /: shutting down, reason=([a-z]+)/) {
        reason = String(found.1)
      } else if let message = Self.message(of: line) {
        messages.append(message)
      }
    }
  }

  /// Takes the lines of environment and command, each but the last ending in a backslash.
  private mutating func takeCommand(from lines: inout ArraySlice<String>) {
    while let line = lines.popFirst() {
      let isLast = !line.hasSuffix("\\")
      let words = (isLast ? line[...] : line.dropLast()).trimmed
      if !words.isEmpty { arguments += Self.words(of: words) }
      if isLast { break }
    }
    // NAME=value words of the environment stand before the program.
    arguments = Array(arguments.drop { $0.prefixMatch(of: /[A-Za-z_]+=/) != nil })
  }

  /// Splits a line of a shell command as libvirt quotes it: single quotes, `'\''` for one.
  private static func words(of line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var (isQuoted, isEscaped, isWord) = (false, false, false)
    for character in line {
      switch character {
      case _ where isEscaped:
        word.append(character)
        isEscaped = false
      case "'":
        isQuoted.toggle()
        isWord = true
      case "\\" where !isQuoted: isEscaped = true
      case " " where !isQuoted:
        if isWord || !word.isEmpty { words.append(word) }
        (word, isWord) = ("", false)
      default: word.append(character)
      }
    }
    if isWord || !word.isEmpty { words.append(word) }
    return words
  }

  /// The words of a line; nil for one that says nothing of a failure.
  private static func message(of line: String) -> String? {
    var text = line[...]
    if let time = text.prefixMatch(of: /\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+\d{4})?:?[ ]/) {
      text = text[time.range.upperBound...]
    }
    if let program = text.prefixMatch(of: /[^ :]*qemu[^ :]*:[ ]/) {
      text = text[program.range.upperBound...]
    }
    let message = text.trimmed
    let isNoise =
      message.isEmpty || message.hasPrefix("warning: ") || message.hasPrefix("info: ")
      || message.contains("terminating on signal 15") || message.hasPrefix("char device redirected")
    return isNoise ? nil : message
  }

  /// The line that tells why QEMU gave up; nil where it said nothing.
  ///
  /// The first one does: later ones are callers' summaries of it.
  package var decisive: String? { messages.first { !Self.isSummary($0) } ?? messages.first }

  private static func isSummary(_ message: String) -> Bool {
    let words = message.replacing("-accel kvm: ", with: "")
    return words.hasPrefix("failed to initialize kvm")
  }

  /// The assertion that QEMU died of; nil where none failed.
  package var assertion: String? {
    messages.first { message in
      message.contains("Assertion `") || message.contains("is not an instance of type")
        || message.contains("code should not be reached") || message.hasPrefix("Bail out! ")
        || message.hasPrefix("**ERROR:") || message.hasPrefix("ERROR:")
    }
  }
}
