import LodgeModel

/// A device node as rules leave it.
struct DeviceNode {
  /// How far the rights of a user go.
  enum Access {
    case granted
    /// As far as the user is in the group of the node.
    case ofGroup
    case denied
  }

  let owner: String
  let group: String
  /// Octal.
  let mode: String

  /// Takes what rules say; the kernel makes nodes of `misc` root's with mode 0600.
  init(_ rule: HostSettings.DeviceRule?) {
    owner = rule?.owner ?? "root"
    group = rule?.group ?? "root"
    // udev gives the group of a rule without a mode read and write access.
    mode = rule?.mode ?? (rule?.group == nil ? "0600" : "0660")
  }

  private var bits: Int { Int(mode, radix: 8) ?? 0 }

  var words: String { "\(owner):\(group) \(mode)" }

  var ownerMayReadAndWrite: Bool { bits & 0o600 == 0o600 }

  func access(of user: String, in userGroup: String) -> Access {
    if bits & 0o006 == 0o006 { return .granted }
    if user == owner { return ownerMayReadAndWrite ? .granted : .denied }
    guard bits & 0o060 == 0o060, group != "root" || userGroup == "root" else { return .denied }
    return group == userGroup ? .granted : .ofGroup
  }
}
