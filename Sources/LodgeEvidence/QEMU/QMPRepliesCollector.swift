import Foundation
import LodgeModel

extension Collector {
  /// What QEMU without a guest answers to questions about what the host can do.
  package static let replies = Collector(\.replies) { root in
    try await root.qemu.run { program, sandbox, binary in
      let interview = try await QMPInterview(
        with: program, in: sandbox, asking: probingCommands.map(QMPQuestion.query))
      var replies: [String: QMPReplies.Reply] = [:]
      for (command, outcome) in zip(probingCommands, interview.outcomes) {
        // A command that the schema does not have is refused with this class.
        if case .refused("CommandNotFound", _) = outcome { continue }
        replies[command] = QMPReplies.Reply(outcome)
      }
      return .found(QMPReplies(source: binary, byCommand: replies))
    }
  }

  private static let probingCommands = [
    "query-kvm", "query-sev", "query-sev-capabilities", "query-sev-launch-measure",
    "query-sgx", "query-sgx-capabilities",
  ]
}

extension QMPReplies.Reply {
  fileprivate init(_ outcome: QMPInterview.Outcome) {
    switch outcome {
    case .returned(let text):
      let members = try? JSONDecoder().decode([String: Unread].self, from: Data(text.utf8))
      self = .returned(members: members?.keys.sorted() ?? [])
    case .refused(let kind, let description):
      self = .refused(class: kind, description: description)
    case .ended(let how): self = .ended(how)
    }
  }

  /// A value that nobody looks at.
  private struct Unread: Decodable { init(from decoder: any Decoder) {} }
}
