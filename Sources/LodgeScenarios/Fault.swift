/// A call of the platform model that is told to fail.
package struct Fault: Equatable, Sendable {
  /// How many calls in a row fail.
  package enum Repetition: Equatable, Sendable {
    case times(Int)
    /// Only where the caller is known to stop by itself.
    case always
  }

  /// A call or sub-command, such as `KVM_SEV_SNP_LAUNCH_START`.
  package var call: String
  /// The call that fails first, from 1.
  package var nth: Int
  package var repetition: Repetition
  /// The errno's name, such as `EIO`; nil for a call that returns 0 with a firmware code.
  package var errno: String?
  /// The code of the AMD secure processor.
  package var firmwareCode: UInt64?
  /// The code of the TDX module.
  package var hardwareCode: UInt64?
  /// Whether the call is done first: only its answer is lost.
  package var isServed: Bool

  package init(
    call: String, nth: Int = 1, repetition: Repetition = .times(1), errno: String?,
    firmwareCode: UInt64? = nil, hardwareCode: UInt64? = nil, isServed: Bool = false
  ) {
    (self.call, self.nth, self.repetition) = (call, nth, repetition)
    (self.errno, self.firmwareCode, self.hardwareCode) = (errno, firmwareCode, hardwareCode)
    self.isServed = isServed
  }

  /// The line of the faults file that the model's library reads.
  package var line: String {
    var words = ["fault", call, "nth=\(nth)"]
    switch repetition {
    case .times(let count): words.append("count=\(count)")
    case .always: words.append("count=always")
    }
    words.append("errno=\(errno ?? "0")")
    if let firmwareCode { words.append("fw=0x\(String(firmwareCode, radix: 16))") }
    if let hardwareCode { words.append("hw=0x\(String(hardwareCode, radix: 16))") }
    if isServed { words.append("served=1") }
    return words.joined(separator: " ")
  }
}
