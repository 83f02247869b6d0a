import LodgeModel

/// What came of a step.
package enum StepAnswer: Equatable, Sendable {
  /// It was served, and what it checks is so.
  case served
  /// It was served, but what it checks is not so; the sentence says what is there instead.
  case differs(String)
  case refused(Refusal)
  /// QEMU died of a signal, or ended by itself where it should not: `exit`; the text is the last
  /// thing that it said.
  case crashed(signal: String, String)
  /// QEMU or libvirt said something that cannot be read.
  case garbled(String)
  /// No answer came in time; the text says what it was waiting for.
  case silent(String)
  /// The step was not done; the text says why.
  case passedOver(String)
  /// Lodge's own trouble.
  case trouble(String)

  /// What happened, as a clause.
  package var words: String {
    switch self {
    case .served: "it was served"
    case .differs(let what): what
    case .refused(let refusal): "\(refusal.layer.rawValue) refused: \(refusal.message)"
    case .crashed("exit", let words): "QEMU ended: \(words)"
    case .crashed(let signal, let words): "QEMU died of \(signal): \(words)"
    case .garbled(let words): "it cannot be read: \(words)"
    case .silent(let waiting): "no answer came in time: \(waiting)"
    case .passedOver(let why): "passed over: \(why)"
    case .trouble(let why): why
    }
  }
}
