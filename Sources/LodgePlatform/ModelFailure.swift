package import LodgeModel

/// Why a kernel cannot be modelled, or a change to its model makes no sense.
package enum ModelFailure: Error, Equatable, CustomStringConvertible {
  /// A fact that the model is made from is not there: what would run on it is not run.
  case missing(FactName, because: String)
  /// A fact that the model is made from could not be read: an error of the evidence.
  case unreadable(FactName, because: String)
  /// A change names something that the model does not have.
  case unknown(kind: String, name: String, nearest: String?)
  /// A change gives a value that does not fit its name.
  case unfit(name: String, value: String, wanted: String)
  /// A kernel description does not fit the kernel it is laid on.
  case misplaced(description: String, kernel: String, reason: String)
  /// The description is larger than the platform model reads.
  case tooLarge(lines: Int, bytes: Int)

  package var description: String {
    switch self {
    case .missing(let fact, let reason):
      "the kernel cannot be modelled without its \(fact.title): \(reason)"
    case .unreadable(let fact, let reason):
      "the kernel cannot be modelled, its \(fact.title) could not be read: \(reason)"
    case .unknown(let kind, let name, let nearest):
      "the model has no \(kind) \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
    case .unfit(let name, let value, let wanted):
      "\(name) cannot be “\(value)”: \(wanted) is wanted"
    case .misplaced(let description, let kernel, let reason):
      "the kernel description \(description) does not fit \(kernel): \(reason)"
    case .tooLarge(let lines, let bytes):
      "the platform model reads at most \(ModelDescription.maximumLines) lines and "
        + "\(ModelDescription.maximumBytes) bytes, the description has \(lines) and \(bytes)"
    }
  }
}
