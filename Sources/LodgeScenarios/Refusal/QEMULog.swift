import LodgeXML

/// What QEMU printed during one start, without what says nothing of a failure.
package struct QEMULog: Equatable, Sendable {
  /// Lines of QEMU and its libraries, without time and program name.
  package let messages: [String]

  /// Takes lines as QEMU printed them; at most 10 000 of 4 KiB.
  package init(lines: some Sequence<String>) {
    messages = lines.prefix(10_000).compactMap { Self.message(of: String($0.prefix(4096))) }
  }

  /// The words of a line; nil for one that says nothing of a failure.
  ///
  /// **Source:** QEMU util/error-report.c, libvirt src/qemu/qemu_process.c.
  private static func message(of line: String) -> String? {
    // Remarks of libvirt's own have a blank in their date, QEMU's lines a T.
    if line.prefixMatch(of: /\d{4}-\d\d-\d\d \d\d:/) != nil { return nil }
    var text = line[...]
    if let time = text.prefixMatch(of: /\d{4}-\d\d-\d\dT[\d:.]+Z?[ ]/) {
      text = text[time.range.upperBound...]
    }
    if let program = text.prefixMatch(of: /[^ :]*qemu[^ :]*:[ ]/) {
      text = text[program.range.upperBound...]
    }
    // Addresses in QEMU's own memory are others on every run.
    let message = text.trimmed.replacing(/0x(5[56]|7[ef])[0-9a-f]{10}\b/, with: "0x…")
    // Before a warning may stand the argument that it is about: -accel kvm: warning: ...
    let isRemark = message.prefixMatch(of: /(?:-[a-z]+ [^ ]+: )?(?:warning|info):[ ]/) != nil
    let isNoise =
      message.isEmpty || isRemark || message.hasPrefix("char device redirected")
      || message.contains("terminating on signal 15")
    return isNoise ? nil : message
  }

  /// The line that tells why QEMU gave up; nil where it said nothing.
  ///
  /// The first one does: later ones are callers' summaries of it.
  package var decisive: String? { messages.first { !Self.isSummary($0) } ?? messages.first }

  private static func isSummary(_ message: String) -> Bool {
    message.replacing("-accel kvm: ", with: "").hasPrefix("failed to initialize kvm")
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
