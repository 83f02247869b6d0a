/// A line of a header, below the root.
struct HeaderPlace: Equatable {
  var file: String
  var line: Int
}

/// Why a header could not be read, and where.
struct HeaderFailure: Error, Equatable, CustomStringConvertible {
  let place: HeaderPlace
  let reason: String
  /// Whether a bound against hostile input was met, rather than C that is not understood.
  let isLimit: Bool

  /// States what is wrong at a place.
  init(_ place: HeaderPlace, _ reason: String, isLimit: Bool = false) {
    (self.place, self.reason, self.isLimit) = (place, reason, isLimit)
  }

  var description: String { "cannot read \(place.file), line \(place.line): \(reason)" }
}
