import LodgeModel
import LodgeScenarios
import Testing

/// Messages that QEMU 7.2, 10.0 and 11.1 really printed, with who is behind them.
struct AttributionTests {
  @Test(arguments: [
    ("vm-type SEV-SNP not supported by KVM", Layer.kernel),
    ("vm-type TDX not supported by KVM", .kernel),
    ("KVM does not support guest_memfd", .kernel),
    ("Error creating KVM guest_memfd: Inappropriate ioctl for device", .kernel),
    ("failed to set memory (0x0+0x20000000) with attr 0x8 error 'Invalid argument'", .kernel),
    ("sev_common_kvm_init: failed to initialize ret=-22 fw_error=0 ''", .kernel),
    ("sev_kvm_init: failed to initialize ret=-16 fw_error=0 ''", .kernel),
    ("sev_init_supported_features: failed to query supported sev_features", .kernel),
    ("sev_common_kvm_init: failed to create encryption context", .kernel),
    (
      "sev_snp_launch_start: SNP_LAUNCH_START ret=-5 fw_error=7 'Policy is not allowed'", .firmware
    ),
    ("sev_snp_launch_start: SNP_LAUNCH_START ret=-5 fw_error=41 'unknown error'", .firmware),
    ("sev_snp_launch_start: SNP_LAUNCH_START ret=-22 fw_error=0 ''", .kernel),
    ("SNP_LAUNCH_UPDATE ret=-5 fw_error=22 'Invalid parameter'", .firmware),
    ("sev_launch_start: LAUNCH_START ret=1 fw_error=18 'Guest is active'", .firmware),
    ("sev_launch_update_data: LAUNCH_UPDATE ret=-5 fw_error=11 'Bad measurement'", .firmware),
    (
      "sev_ram_block_added: failed to register region (0x7f) error 'Cannot allocate memory'",
      .kernel
    ),
    ("failed to get platform status ret=-1 fw_error='0: '", .firmware),
    ("sev_common_kvm_init: cbitpos check failed, host '51' requested '47'", .qemu),
    ("TDX ioctl KVM_TDX_INIT_VM failed, hw_errors: 0x0: No space left on device", .kernel),
    ("TDX ioctl KVM_TDX_INIT_VCPU failed, hw_errors: 0x8000: Input/output error", .firmware),
    ("KVM doesn't support KVM_CAP_X86_APIC_BUS_CYCLES_NS", .kernel),
    (
      "Number of SMP cpus requested (9) exceeds the maximum cpus supported by KVM (8)", .kernel
    ),
    ("Could not access KVM kernel module: No such file or directory", .kernel),
    ("could not load PC BIOS '/x.fd'", .qemu),
  ])
  func qemusWordsTellTheLayer(_ message: String, _ layer: Layer) {
    let line = "2026-11-24T01:02:03.456789Z qemu-system-x86_64: -accel kvm: \(message)"
    let log = QEMULog(lines: [
      "2026-11-24T01:02:03.1Z qemu-system-x86_64: warning: TDX doesn't support requested feature",
      line,
      "2026-11-24T01:02:03.4Z qemu-system-x86_64: -accel kvm: failed to initialize kvm: Operation "
        + "not permitted",
      "2026-11-24 01:02:04.000+0000: Domain id=5 is tainted: high-privileges",
    ])
    // The same fault gave both: which one comes is a race in libvirt.
    let complaints = [
      "internal error: process exited while connecting to monitor: \(line)",
      "internal error: QEMU unexpectedly closed the monitor (vm='snp')",
      "internal error: qemu unexpectedly closed the monitor: \(line)",
    ]
    for words in complaints {
      let complaint = LibvirtComplaint(
        domain: "VIR_FROM_QEMU", code: "VIR_ERR_INTERNAL_ERROR", message: words)
      #expect(
        StepAnswer(complaint, log: log, transcript: nil)
          == .refused(Refusal(by: layer, "-accel kvm: \(message)")))
    }
  }

  @Test(arguments: [
    (
      "VIR_ERR_XML_ERROR",
      "XML error: Invalid value for attribute 'type' in element 'launchSecurity': 'tdx'.",
      Layer.schema
    ),
    ("VIR_ERR_XML_INVALID_SCHEMA", "XML document failed to validate against schema", .schema),
    (
      "VIR_ERR_CONFIG_UNSUPPORTED",
      "unsupported configuration: 'tdx' launch security is not supported with this QEMU binary",
      .libvirt
    ),
    (
      "VIR_ERR_OPERATION_INVALID", "Requested operation is not valid: domain is not running",
      .libvirt
    ),
  ])
  func libvirtsOwnRefusals(_ code: String, _ message: String, _ layer: Layer) {
    let complaint = LibvirtComplaint(domain: "VIR_FROM_DOMAIN", code: code, message: message)
    #expect(
      StepAnswer(complaint, log: nil, transcript: nil) == .refused(Refusal(by: layer, message)))
  }

  @Test func theMonitorsRefusalIsQEMUs() {
    let complaint = LibvirtComplaint(
      domain: "VIR_FROM_QEMU", code: "VIR_ERR_INTERNAL_ERROR",
      message: "internal error: unable to execute QEMU command 'cont': SEV is not there")
    #expect(
      StepAnswer(complaint, log: nil, transcript: nil)
        == .refused(Refusal(by: .qemu, "SEV is not there")))
  }

  /// QEMU's words leave it open; the recorded call tells.
  @Test func theTranscriptTellsWhatQEMUDoesNot() throws {
    let transcript = try Transcript(
      parsing: """
        # lodge transcript 1 qemu-system-x86_64 guest=a pid=1
        1 vm1 KVM_CREATE_VCPU id=0 = -12 ENOMEM ! fault asked for
        2 vm1 KVM_GET_STATS_FD = -25 ENOTTY ! kernel no such call in this kernel

        """)
    let complaint = LibvirtComplaint(
      domain: "VIR_FROM_QEMU", code: "VIR_ERR_INTERNAL_ERROR",
      message: "internal error: process exited while connecting to monitor: ")
    let log = QEMULog(lines: ["kvm_init_vcpu: kvm_get_vcpu failed (0): Cannot allocate memory"])
    #expect(
      StepAnswer(complaint, log: log, transcript: transcript)
        == .refused(
          Refusal(
            by: .kernel, "kvm_init_vcpu: kvm_get_vcpu failed (0): Cannot allocate memory",
            cause: "KVM_CREATE_VCPU: asked for")))
  }

  /// QEMU names a call by itself, and no errno.
  @Test func aCallIsFoundByItsName() throws {
    let transcript = try Transcript(
      parsing: """
        # lodge transcript 1 qemu-system-x86_64 guest=a pid=1
        1 vm1 KVM_CREATE_VCPU id=1 = -5 EIO ! kernel the TD is finalized

        """)
    let complaint = LibvirtComplaint(
      domain: "VIR_FROM_QEMU", code: "VIR_ERR_INTERNAL_ERROR",
      message: "internal error: unable to execute QEMU command 'device_add': "
        + "KVM_CREATE_VCPU IOCTL failed for vCPU 1")
    #expect(
      StepAnswer(complaint, log: nil, transcript: transcript)
        == .refused(
          Refusal(
            by: .kernel, "KVM_CREATE_VCPU IOCTL failed for vCPU 1",
            cause: "KVM_CREATE_VCPU: the TD is finalized")))
  }

  @Test func aWarningDecidesNothing() {
    let log = QEMULog(lines: [
      "2026-11-26T10:00:00.0Z qemu-system-x86_64: -accel kvm: warning: Number of SMP cpus (9)",
      "2026-11-26T10:00:00.0Z qemu-system-x86_64: warning: TDX doesn't support feature",
      "2026-11-26T10:00:00.0Z qemu-system-x86_64: -accel kvm: exceeds the maximum",
    ])
    #expect(log.decisive == "-accel kvm: exceeds the maximum")
  }

  @Test func aQEMUThatEndsAfterItsLaunchDidMoreThanRefuse() throws {
    let words = "cpus are not resettable, terminating"
    #expect(try closed([words]) == .refused(Refusal(by: .qemu, words)))
    #expect(try closed([words], isLaunch: false) == .crashed(signal: "exit", words))
    #expect(StepAnswer.crashed(signal: "exit", words).words == "QEMU ended: \(words)")
    let command = LibvirtComplaint(
      domain: "VIR_FROM_QEMU", code: "VIR_ERR_INTERNAL_ERROR",
      message: "internal error: unable to execute QEMU command 'device_add': no")
    #expect(
      StepAnswer(command, log: nil, transcript: nil, isLaunch: false)
        == .refused(Refusal(by: .qemu, "no")))
  }

  private func closed(
    _ log: [String], transcript: String? = nil,
    message: String = "internal error: QEMU unexpectedly closed the monitor (vm='a')",
    isLaunch: Bool = true
  ) throws -> StepAnswer {
    let complaint = LibvirtComplaint(
      domain: "VIR_FROM_QEMU", code: "VIR_ERR_INTERNAL_ERROR", message: message)
    return StepAnswer(
      complaint, log: QEMULog(lines: log),
      transcript: try transcript.map { try Transcript(parsing: $0) }, isLaunch: isLaunch)
  }

  @Test func aCrashIsNoRefusal() throws {
    let words =
      "target/i386/sev.c:52:SEV_COMMON: Object 0x5 is not an instance of type sev-common"
    #expect(try closed([words]) == .crashed(signal: "SIGABRT", words))
    let noted = "# lodge transcript 1 qemu-system-x86_64 guest=a pid=1\n# signal SIGSEGV\n"
    #expect(
      try closed(["something"], transcript: noted) == .crashed(signal: "SIGSEGV", "something"))
    let reset = "Unable to read from monitor: Connection reset by peer"
    #expect(
      try closed([], transcript: noted, message: reset) == .crashed(signal: "SIGSEGV", reset))
    guard case .crashed(signal: "unknown", _) = try closed([]) else {
      Issue.record("an end without a word is a crash")
      return
    }
  }

  @Test func addressesAreTheSameOnEveryRun() {
    let log = QEMULog(lines: ["Object 0x5608162f4ce0 at 0x7f01020304ff, gpa 0xffc00000"])
    #expect(log.messages == ["Object 0x… at 0x…, gpa 0xffc00000"])
  }

  @Test func silenceAndGarbageAreNoRefusals() {
    let late = LibvirtComplaint(
      domain: "VIR_FROM_QEMU", code: "VIR_ERR_OPERATION_TIMEOUT",
      message: "Timed out during operation: cannot acquire state change lock")
    #expect(StepAnswer(late, log: nil, transcript: nil) == .silent(late.message))
    let garbled = LibvirtComplaint(
      domain: "VIR_FROM_NONE", code: "VIR_ERR_INTERNAL_ERROR",
      message: "internal error: cannot parse json hello: lexical error")
    #expect(StepAnswer(garbled, log: nil, transcript: nil) == .garbled(garbled.message))
  }
}
