/// Why a launch cannot be measured: Lodge's own trouble, never that of the set.
struct MeasuringFailure: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
