import Foundation
import LodgeHost
import LodgeModel

/// Questions over any of which a QEMU may end, and what became of each.
///
/// Where one ends it, another QEMU is asked the rest.
struct QMPInterview: Sendable {
  /// What became of a question.
  enum Outcome: Equatable, Sendable {
    /// The answer as JSON text with sorted keys.
    case returned(String)
    case refused(class: String, description: String)
    /// QEMU ended over it; the text says how.
    case ended(String)
  }

  /// In the order of the questions.
  let outcomes: [Outcome]

  /// How many QEMUs are used up at most.
  private static let patience = 8

  /// Asks all questions.
  ///
  /// - Throws: ``QMPFailure`` where QEMU did not even begin to speak QMP, or hung.
  init(
    with program: String, in sandbox: Sandbox, on board: QMPConversation.Board = .none,
    asking questions: [QMPQuestion], deadline: Duration = .seconds(30)
  ) async throws(QMPFailure) {
    var outcomes: [Outcome] = []
    for _ in 0..<Self.patience where outcomes.count < questions.count {
      // What an earlier QEMU was told to make is not in this one.
      let again = zip(questions, outcomes).filter { $0.isStanding && $1.isReturned }.map(\.0)
      let rest = questions.dropFirst(outcomes.count)
      let heard = try await QMPConversation(
        hearing: program, in: sandbox, on: board, asking: again + rest, deadline: deadline)
      outcomes += try heard.replies.dropFirst(again.count).map { message throws(QMPFailure) in
        try Outcome(message, of: program)
      }
      if let ending = heard.ending, outcomes.count < questions.count {
        outcomes.append(.ended(ending))
      }
    }
    let missing = questions.count - outcomes.count
    self.outcomes =
      outcomes
      + Array(repeating: .ended("\(Self.patience) processes ended before it"), count: missing)
  }
}

extension QMPInterview.Outcome {
  fileprivate init(_ message: Data, of program: String) throws(QMPFailure) {
    if let refused = try? JSONDecoder().decode(QMPReply.Refusal.self, from: message) {
      self = .refused(class: refused.error.class, description: refused.error.desc)
      return
    }
    guard let reply = try? JSONSerialization.jsonObject(with: message) as? [String: Any],
      let value = reply["return"],
      let text = try? JSONSerialization.data(
        withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
    else { throw QMPFailure(program, "it printed a line that is no QMP reply", "") }
    self = .returned(String(decoding: text, as: UTF8.self))
  }

  fileprivate var isReturned: Bool {
    if case .returned = self { true } else { false }
  }

  /// The answer as JSON text; nil where there is none.
  var text: String? {
    guard case .returned(let text) = self else { return nil }
    return text
  }
}
