/// The `#if`s of one header that are open (C11 6.10.1).
struct ConditionStack {
  private struct Condition {
    let place: HeaderPlace
    /// Whether the text around it is read.
    let isInActive: Bool
    var isActive: Bool
    var wasTaken: Bool
    var isLast = false
  }

  private var conditions: [Condition] = []

  /// Whether the text at this point is read.
  var isActive: Bool { conditions.last?.isActive ?? true }

  /// Whether the next `#elif` or `#else` may be the branch that is taken.
  var wantsBranch: Bool {
    conditions.last.map { $0.isInActive && !$0.wasTaken } ?? false
  }

  /// Begins an `#if`.
  mutating func open(_ holds: Bool, at place: HeaderPlace) {
    conditions.append(
      Condition(place: place, isInActive: isActive, isActive: holds, wasTaken: holds))
  }

  /// Begins the next branch.
  ///
  /// - Throws: ``HeaderFailure`` where no `#if` is open or its `#else` was there already.
  mutating func turn(
    _ holds: Bool, isLast: Bool = false, at place: HeaderPlace
  ) throws(HeaderFailure) {
    guard var condition = conditions.popLast() else {
      throw HeaderFailure(place, "a branch without #if")
    }
    guard !condition.isLast else { throw HeaderFailure(place, "a branch after #else") }
    (condition.isActive, condition.isLast) = (holds, isLast)
    condition.wasTaken = condition.wasTaken || holds
    conditions.append(condition)
  }

  /// Ends an `#if`.
  ///
  /// - Throws: ``HeaderFailure`` where none is open.
  mutating func end(at place: HeaderPlace) throws(HeaderFailure) {
    guard conditions.popLast() != nil else { throw HeaderFailure(place, "#endif without #if") }
  }

  /// Checks, at the end of the header, that none is open.
  ///
  /// - Throws: ``HeaderFailure`` naming the `#if` that is.
  func close() throws(HeaderFailure) {
    if let open = conditions.last { throw HeaderFailure(open.place, "#if without #endif") }
  }
}
