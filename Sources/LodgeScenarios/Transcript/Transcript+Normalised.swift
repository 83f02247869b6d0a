extension Transcript {
  /// A transcript in which nothing is left that may differ between two runs of one scenario.
  ///
  /// Calls stand under the object they were made to: threads make the order between objects vary,
  /// within one object it is stable. Addresses and times are masked; files are numbered in the
  /// order in which calls made them; numbers from pools that all guests share are masked. KVM_RUN is
  /// left out unless it fails: on a busy host a vCPU that is let run and stopped at once is not even
  /// entered.
  package struct Normalised: Equatable, Sendable {
    /// The calls made to one object, in order.
    package struct Section: Equatable, Sendable {
      package var object: String
      package var calls: [Call]
    }

    package var program: String
    package var guest: String?
    /// Ordered by object: `kvm`, `sev`, `vm1`, `vm1.0`, `vm1.1`, `vm2`.
    package var sections: [Section]
    package var notes: [Note]
  }

  /// The transcript without what varies from run to run.
  package var normalised: Normalised {
    let objects = Dictionary(grouping: calls, by: \.object)
    var files = FileNumbers()
    let sections = objects.keys.sorted(by: precedes).compactMap { object in
      let kept = (objects[object] ?? []).filter { !$0.isRun }.map { $0.masked(numbering: &files) }
      return kept.isEmpty ? nil : Normalised.Section(object: object, calls: kept)
    }
    return Normalised(program: program, guest: guest, sections: sections, notes: notes)
  }
}

extension Transcript.Normalised {
  /// One line a call, under the name of its object; equal for equal runs.
  package var text: String {
    var lines = ["# " + [program, guest].compactMap(\.self).joined(separator: " ")]
    lines += notes.map { "# \($0)" }
    for section in sections {
      lines.append("\n\(section.object)")
      lines += section.calls.map { "  " + $0.words.joined(separator: " ") }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Whether an object stands before another: by its parts, numbers as numbers.
private func precedes(_ left: String, _ right: String) -> Bool {
  func parts(_ object: String) -> [(name: Substring, number: Int)] {
    object.split(separator: ".", omittingEmptySubsequences: false).map { part in
      let digits = part.reversed().prefix { $0.isASCII && $0.isNumber }.count
      return (part.dropLast(digits), Int(part.suffix(digits)) ?? -1)
    }
  }
  for (one, other) in zip(parts(left), parts(right)) where one != other { return one < other }
  return left.utf8.count == right.utf8.count
    ? left < right : left.utf8.count < right.utf8.count
}

/// Numbers for open files that do not depend on which numbers were free.
private struct FileNumbers {
  private var numbers: [String: Int] = [:]

  /// A new file under an old or new number.
  mutating func open(_ file: String) -> String {
    let number = (numbers.values.max() ?? 0) + 1
    numbers[file] = number
    return "#\(number)"
  }

  /// A file that a call names; files that no call made (eventfds) are all alike, since their numbers
  /// are given again as soon as one is closed.
  func name(_ file: String) -> String {
    numbers[file].map { "#\($0)" } ?? "*"
  }
}

extension Transcript.Call {
  /// Whether a vCPU is only let run: whether and how often depends on timing.
  fileprivate var isRun: Bool {
    call == "KVM_RUN" && (refusal == nil) && (answer.errnoName.map { $0 == "EINTR" } ?? true)
  }

  fileprivate func masked(numbering files: inout FileNumbers) -> Self {
    var call = self
    call.sequence = 0
    call.fields = fields.map { $0.masked { files.name($0) } }
    call.outputs = outputs.map { $0.masked { files.name($0) } }
    if case .value(let value) = answer {
      call.answer = .value(value.masked { files.open($0) })
    }
    return call
  }

  /// The call as a line of a transcript without the number and the object.
  package var words: [String] {
    var words = [call]
    if let command { words.append(command) }
    words += fields.map(\.description)
    words.append("=")
    words.append("\(answer)")
    words += outputs.map(\.description)
    if let created { words.append(created) }
    if let refusal { words.append("! \(refusal.who.rawValue) \(refusal.reason)") }
    return words
  }
}

extension Transcript.Field {
  /// Numbers that all guests of a host share out among them, first come, first served.
  private static let pooled: Set = ["asid", "keyid", "hkid"]

  fileprivate func masked(file: (String) -> String) -> Self {
    let shown = Self.pooled.contains(name) ? .text("*") : value.masked(file: file)
    return Transcript.Field(name, shown)
  }
}

extension Transcript.Value {
  fileprivate func masked(file: (String) -> String) -> Self {
    switch self {
    case .text: self
    // A null pointer says that something was left out, on every run.
    case .pointer(let address): .pointer(["0", "0x0"].contains(address) ? "0x0" : "*")
    case .file(let number): .file(file(number))
    case .time: .time("*")
    }
  }
}

extension Transcript.Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let text): text
    case .pointer(let address): "ptr:\(address)"
    case .file(let number): "fd:\(number)"
    case .time(let time): "time:\(time)"
    }
  }
}

extension Transcript.Field: CustomStringConvertible {
  package var description: String { "\(name)=\(value)" }
}

extension Transcript.Answer: CustomStringConvertible {
  package var description: String {
    switch self {
    case .value(let value): "\(value)"
    case .failure(let errno, let name): "-\(errno) \(name)"
    }
  }
}

extension Transcript.Note: CustomStringConvertible {
  package var description: String {
    switch self {
    case .remark(let text): "note \(text)"
    case .signal(let name): "signal \(name)"
    }
  }
}
