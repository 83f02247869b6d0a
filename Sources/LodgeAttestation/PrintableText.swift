extension String {
  /// The text as it may be shown on a terminal, cut to 200 characters.
  ///
  /// Control characters, and those that change the order of what stands beside them, are written as
  /// numbers: what is in a file of others must not look like words of Lodge.
  package var printable: String {
    let shown = unicodeScalars.prefix(200).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
    return unicodeScalars.count > 200 ? shown + "..." : shown
  }
}
