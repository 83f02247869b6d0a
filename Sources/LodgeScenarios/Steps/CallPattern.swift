package import LodgeModel

/// What a recorded call looks like: its name, fields and answer.
package struct CallPattern: Equatable, Sendable, CustomStringConvertible {
  /// The sub-command, or the ioctl that has none.
  package var name: Glob
  /// Patterns by field or output; `answer` is the result: a number, or the errno's name.
  package var fields: [String: Glob]

  package init(_ name: Glob, fields: [String: Glob] = [:]) {
    (self.name, self.fields) = (name, fields)
  }

  /// Whether a call is one of those that are meant.
  package func matches(_ call: Transcript.Call) -> Bool {
    (name.matches(call.name) || name.matches(call.call))
      && fields.allSatisfy { field, pattern in
        if field == "answer" { return pattern.matches(call.answer.text) }
        let values = call.fields + call.outputs
        return values.contains { $0.name == field && pattern.matches("\($0.value)") }
      }
  }

  package var description: String {
    let values = fields.keys.sorted().map { "\($0)=\(fields[$0]?.description ?? "")" }
    return ([name.description] + values).joined(separator: " ")
  }
}

extension Transcript.Answer {
  fileprivate var text: String {
    switch self {
    case .value(let value): "\(value)"
    case .failure(_, let name): name
    }
  }
}

extension Transcript {
  /// The first thing that is not as it should be, as a sentence; nil where all is.
  package func firstDifference(has: [CallPattern], lacks: [CallPattern]) -> String? {
    if let missing = has.first(where: { !calls.contains(where: $0.matches) }) {
      return "QEMU did not call \(missing)"
    }
    for pattern in lacks {
      if let call = calls.first(where: pattern.matches) {
        return "QEMU called \(call.name) (call \(call.sequence)), which fits \(pattern)"
      }
    }
    return nil
  }
}
