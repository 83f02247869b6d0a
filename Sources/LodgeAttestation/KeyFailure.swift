/// Why a text is no key that Lodge uses.
package enum KeyFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLarge(limit: Int)
  case notPEM(wanted: String)
  /// The text names another kind of content, as it does for the other half of a key pair.
  case otherLabel(String, wanted: String)
  case otherAlgorithm
  /// It is such a key, written in another way than the one that is read.
  case inexact(wanted: String)
  /// Anybody could make signatures that this key verifies.
  case weak

  package var description: String {
    switch self {
    case .tooLarge(let limit):
      "it has more than \(limit) bytes, and the PEM text of an Ed25519 key has some 120; is it the"
        + " right file?"
    case .notPEM(let wanted):
      "it is no PEM text that starts with -----BEGIN \(wanted)-----; lodge key new makes keys"
    case .otherLabel(let label, let wanted):
      "it is a \(label.printable), and a \(wanted) is wanted here"
    case .otherAlgorithm:
      "it is a key of another algorithm than Ed25519; lodge key new makes keys, and so does"
        + " openssl genpkey -algorithm ed25519"
    case .inexact(let wanted):
      "it is not exactly the PEM text of one Ed25519 \(wanted): something was added, changed or cut"
        + " off; write it anew with openssl pkey"
    case .weak:
      "it is a point of small order, for which anybody can make signatures; take it away, and ask"
        + " who put it there"
    }
  }
}
