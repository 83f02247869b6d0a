/// An issue or pull request that a text names, as `AMDSEV#216` or by its address.
struct ThreadReference: Hashable, Sendable {
  /// The repository without its owner, in lower case.
  let repository: String
  let number: String

  /// All that a text names.
  static func all(in text: String) -> Set<Self> {
    let short = text.matches(of: /([A-Za-z0-9_.\-]+)(?:\s(?:issue|PR))?#([0-9]{1,6})/)
    let long = text.matches(
      of: /([A-Za-z0-9_.\-]+)\/(?:-\/)?(?:issues|pull|merge_requests)\/([0-9]{1,6})/)
    return Set(
      (short + long).map {
        Self(repository: $0.1.lowercased(), number: String($0.2))
      })
  }
}
