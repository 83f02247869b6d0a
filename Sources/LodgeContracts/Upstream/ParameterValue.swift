/// Values of module parameters and kernel arguments, as the kernel reads them.
///
/// **Source:** Linux lib/kstrtox.c, kstrtobool; kernel/params.c takes a bare name as `1`.
extension String {
  /// Whether a flag with this value is on.
  var isOn: Bool {
    switch first {
    case "1", "y", "Y", "t", "T", nil: true
    case "o", "O": dropFirst().first.map { "nN".contains($0) } ?? false
    default: false
    }
  }

  /// Whether a flag or a number with this value is off; what the kernel does not take is neither.
  var isOff: Bool {
    let text = lowercased()
    return Int(text) == 0 || ["n", "f", "of"].contains { text.hasPrefix($0) }
  }
}
