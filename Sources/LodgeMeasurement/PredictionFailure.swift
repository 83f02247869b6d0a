/// Why there is no measurement of some inputs: what is wrong with which of them, and what to do.
package struct PredictionFailure: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
