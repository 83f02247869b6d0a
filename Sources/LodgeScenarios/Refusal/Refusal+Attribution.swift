import LodgeModel
import LodgeXML

extension StepAnswer {
  /// What an error of libvirt means: who refused, or that QEMU crashed, hung or talked nonsense.
  ///
  /// Whether libvirt quotes QEMU's log or only says that the monitor was closed is a race in
  /// libvirt, so QEMU's words come from the log. `transcript` is that of the domain's QEMU. A QEMU
  /// that ends while it launches refuses; one that ends later did more than that.
  package init(
    _ complaint: LibvirtComplaint, log: QEMULog?, transcript: Transcript?, isLaunch: Bool = true
  ) {
    if complaint.code == "VIR_ERR_OPERATION_TIMEOUT" {
      self = .silent(complaint.message)
      return
    }
    guard let (quoted, isOver) = complaint.quotedQEMU(log) else {
      self = Self.libvirtsOwn(complaint)
      return
    }
    let assertion = log?.assertion
    let words = assertion ?? (quoted.isEmpty ? complaint.message.oneLine : quoted)
    if let signal = transcript?.signal ?? assertion.map({ _ in "SIGABRT" }) {
      self = .crashed(signal: signal, words)
    } else if quoted.isEmpty {
      self = .crashed(signal: "unknown", words)
    } else if isOver, !isLaunch {
      self = .crashed(signal: "exit", words)
    } else {
      self = .refused(Refusal(quoting: quoted, transcript: transcript))
    }
  }

  /// What a reply of QEMU's monitor means.
  package init(_ reply: MonitorQuestion.Reply, transcript: Transcript?) {
    self =
      switch reply {
      case .fits: .served
      case .differs(let what): .differs(what)
      case .refused(let words): .refused(Refusal(quoting: words, transcript: transcript))
      case .garbled(let words): .garbled(words)
      }
  }

  private static func libvirtsOwn(_ complaint: LibvirtComplaint) -> Self {
    let message = complaint.message.oneLine
    if complaint.isGarbled { return .garbled(message) }
    return .refused(Refusal(by: complaint.isOfSchema ? .schema : .libvirt, message))
  }
}

extension LibvirtComplaint {
  /// What QEMU said, where it is QEMU that refused, and whether it ended; empty where it ended
  /// without a word.
  fileprivate func quotedQEMU(_ log: QEMULog?) -> (words: String, isOver: Bool)? {
    if let found = message.firstMatch(of: /unable to execute QEMU command '[^']*': (?s:(.*))/) {
      return (String(found.1).oneLine, false)
    }
    let isEnd = message.firstMatch(
      of:
        /process exited while connecting to monitor|closed the monitor|End of file from qemu|read from monitor/
    )
    guard let isEnd else { return nil }
    if let decisive = log?.decisive { return (decisive, true) }
    // What follows is the errno of libvirt's own read.
    if message.contains("read from monitor") { return ("", true) }
    let rest = message[isEnd.range.upperBound...].drop { $0 != ":" }.dropFirst()
    let lines = rest.split(whereSeparator: \.isNewline).map(\.trimmed)
    return (QEMULog(lines: lines).decisive ?? "", true)
  }

  /// The codes with which libvirt's parser and schema refuse XML.
  ///
  /// **Source:** libvirt include/libvirt/virterror.h, virErrorNumber.
  fileprivate var isOfSchema: Bool {
    ["VIR_ERR_XML_ERROR", "VIR_ERR_XML_DETAIL", "VIR_ERR_XML_INVALID_SCHEMA"].contains(code)
  }

  /// Whether libvirt could not read what QEMU printed.
  ///
  /// **Source:** libvirt src/util/virjson.c and src/qemu/qemu_monitor_json.c.
  fileprivate var isGarbled: Bool {
    ["cannot parse json", "failed to parse JSON", "parse JSON", "malformed"]
      .contains { message.contains($0) } && code == "VIR_ERR_INTERNAL_ERROR"
  }
}

extension Refusal {
  /// Takes QEMU's words, and from them and the transcript who is behind them.
  init(quoting message: String, transcript: Transcript?) {
    let call = transcript?.refusedCall(behind: message)
    self.init(
      by: Self.layer(of: message) ?? call?.refusal?.layer(answer: call) ?? .qemu, message,
      cause: call.flatMap { call in call.refusal.map { "\(call.name): \($0.reason)" } })
  }

  /// The layer that QEMU's own words name; nil where they leave it open.
  ///
  /// **Source:** QEMU 7.2, 10.0 and 11.1: target/i386/sev.c, target/i386/kvm/tdx.c,
  /// accel/kvm/kvm-all.c.
  private static func layer(of message: String) -> Layer? {
    if let found = message.firstMatch(of: /fw_error='?(\d+)/) {
      return found.1 == "0" && !message.contains("platform status") ? .kernel : .firmware
    }
    if let found = message.firstMatch(of: /hw_errors: 0x([0-9a-f]+)/) {
      return found.1 == "0" ? .kernel : .firmware
    }
    return kernelWords.contains { message.contains($0) } ? .kernel : nil
  }

  /// Words with which QEMU says that its kernel lacks or refuses something.
  private static let kernelWords = [
    "not supported by KVM", "KVM does not support", "kvm does not support", "KVM doesn't support",
    "Error creating KVM guest_memfd", "cpus supported by KVM", "Could not access KVM",
    "failed to set memory (", "failed to query supported sev_features",
    "failed to register region", "failed to create encryption context",
  ]
}

extension Transcript {
  /// The last refused call that the message names, itself or its errno.
  fileprivate func refusedCall(behind message: String) -> Call? {
    calls.last { call in
      guard call.refusal != nil, case .failure(let errno, let name) = call.answer else {
        return false
      }
      let text = errnoTexts[name].map { message.contains($0) } ?? false
      return text || message.contains(call.name) || message.contains("ret=-\(errno) ")
        || message.contains("ret=\(errno) ")
        || (message.contains("fw_error=") && call.call == "KVM_MEMORY_ENCRYPT_OP")
    }
  }
}

extension Transcript.Refusal {
  /// The layer behind a refusal; the hardware speaks through the kernel.
  fileprivate func layer(answer call: Transcript.Call?) -> Layer? {
    switch who {
    case .kernel, .platform: .kernel
    case .firmware: .firmware
    case .fault: call?.answer.errnoName == "EIO" ? .firmware : .kernel
    case .unmodelled: nil
    }
  }
}

/// What strerror(3) of glibc says of the errnos that KVM, SEV and TDX calls give.
private let errnoTexts = [
  "EPERM": "Operation not permitted", "ENOENT": "No such file or directory",
  "EIO": "Input/output error", "ENXIO": "No such device or address",
  "E2BIG": "Argument list too long", "EAGAIN": "Resource temporarily unavailable",
  "ENOMEM": "Cannot allocate memory", "EACCES": "Permission denied", "EFAULT": "Bad address",
  "EBUSY": "Device or resource busy", "EEXIST": "File exists", "ENODEV": "No such device",
  "EINVAL": "Invalid argument", "ENOTTY": "Inappropriate ioctl for device",
  "ENOSPC": "No space left on device", "EOPNOTSUPP": "Operation not supported",
]

extension String {
  /// The text without line breaks and at a length that fits a sentence.
  var oneLine: String {
    String(split(whereSeparator: \.isNewline).map(\.trimmed).joined(separator: " ").prefix(600))
  }
}
