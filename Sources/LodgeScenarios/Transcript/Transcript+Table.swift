extension Transcript {
  /// The calls as people read them: in columns, with names beside numbers, then what was launched.
  package func table(names: Names) -> String {
    let rows = calls.map { call in
      ["\(call.sequence)", call.object, call.callAndCommand, call.answerText]
        + [call.decodedFields(names)]
    }
    let widths = (0..<4).map { column in
      min(rows.map { $0[column].utf8.count }.max() ?? 0, 60)
    }
    var lines = [[program, guest].compactMap(\.self).joined(separator: " ")]
    lines += notes.map { "# \($0)" }
    for (row, call) in zip(rows, calls) {
      let columns = zip(row, widths).enumerated().map { index, cell in
        index == 0 ? padding(cell.0, to: cell.1) + cell.0 : cell.0 + padding(cell.0, to: cell.1)
      }
      lines.append((columns + [row[4]]).joined(separator: "  ").trimmedEnd)
      if let refusal = call.refusal {
        lines.append("      refused by \(refusal.who.rawValue): \(refusal.reason)")
      }
    }
    return (lines + [""] + summary.lines).joined(separator: "\n") + "\n"
  }

  private func padding(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count))
  }
}

extension Transcript.Call {
  fileprivate var callAndCommand: String {
    [call, command].compactMap(\.self).joined(separator: " ")
  }

  fileprivate var answerText: String {
    (["\(answer)", created].compactMap(\.self) + outputs.map(\.description))
      .joined(separator: " ")
  }

  fileprivate func decodedFields(_ names: Transcript.Names) -> String {
    fields.map { field in
      let meaning = names.meaning(of: field.name, in: self)
      return meaning.map { "\(field) (\($0))" } ?? "\(field)"
    }.joined(separator: " ")
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
