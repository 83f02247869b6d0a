import LodgeModel

/// What `/sys/module/<module>/parameters` shows once the modules are loaded on a platform.
package struct ModuleParameters: Equatable, Sendable {
  /// Texts by module and parameter, without the newline; only parameters whose value is known.
  package private(set) var values: [String: [String: String]] = [:]

  /// Works out the parameters of a kernel's modules on a platform.
  ///
  /// A parameter starts at the kernel's default or the administrator's choice, and is taken back
  /// where the hardware or another parameter does not carry it, as the modules do when they load.
  /// Modules of the other vendor are not loaded and show nothing.
  package init(of kernel: KernelFacts, on platform: Platform) {
    let vendor = platform.processor.vendor.module
    for module in ["kvm", vendor] {
      for (name, kind) in kernel.modules.byName[module]?.parameters ?? [:] {
        let chosen = platform.parameters[module]?[name] ?? Self.defaults[module]?[name]
        guard let chosen else { continue }
        values[module, default: [:]][name] = Self.written(chosen, as: kind)
      }
    }
    switch platform.processor.vendor {
    case .amd: switchOffSEV(on: platform)
    case .intel:
      let needed = ["ept", "eptad", "enable_apicv"].map { ("kvm_intel", $0) }
      if platform.tdx == nil || isAnyOff(needed + [("kvm", "tdp_mmu"), ("kvm", "mmio_caching")]) {
        switchOff("tdx", of: vendor)
      }
    }
  }

  /// Whether a parameter is there and switched on.
  package func isOn(_ name: String, of module: String) -> Bool {
    guard let value = values[module]?[name] else { return false }
    return value != "N" && value != "0"
  }

  /// The number that a parameter shows; nil where it is not there or no number.
  package func number(_ name: String, of module: String) -> Int? {
    values[module]?[name].flatMap { Int($0) }
  }

  /// Whether one of the parameters is there and switched off.
  private func isAnyOff(_ parameters: [(module: String, name: String)]) -> Bool {
    parameters.contains { values[$0.module]?[$0.name] != nil && !isOn($0.name, of: $0.module) }
  }

  /// **Source:** `sev_hardware_setup`, arch/x86/kvm/svm/sev.c, Linux 6.1, 6.12 and 7.2.
  private mutating func switchOffSEV(on platform: Platform) {
    let module = "kvm_amd"
    guard let sev = platform.sev, isOn("sev", of: module),
      !isAnyOff([(module, "npt"), (module, "nrips")])
    else {
      for name in ["sev", "sev_es", "sev_snp", "debug_swap"] { switchOff(name, of: module) }
      switchOffCiphertextHiding()
      return
    }
    if sev.encryptedStateASIDs.isEmpty || isAnyOff([(module, "lbrv"), ("kvm", "mmio_caching")]) {
      switchOff("sev_es", of: module)
    }
    if !isOn("sev_es", of: module) || !sev.hasSNP { switchOff("sev_snp", of: module) }
    if !isOn("sev_es", of: module) || sev.vmsaFeatures & VMSAFeature.debugSwap == 0 {
      switchOff("debug_swap", of: module)
    }
    if !isOn("sev_snp", of: module) || sev.policyBits & SNPPolicy.ciphertextHiding == 0 {
      switchOffCiphertextHiding()
    }
  }

  private mutating func switchOffCiphertextHiding() {
    switchOff("ciphertext_hiding_asids", of: "kvm_amd")
  }

  private mutating func switchOff(_ name: String, of module: String) {
    guard let value = values[module]?[name] else { return }
    values[module]?[name] = value == "Y" || value == "N" ? "N" : "0"
  }

  /// Writes a value as the kernel prints it: `Y` and `N` for bool, numbers for the others.
  ///
  /// **Source:** `param_get_bool` and `kstrtobool`, kernel/params.c and lib/kstrtox.c.
  private static func written(_ value: String, as kind: String) -> String {
    let isTrue = ["y", "1", "t", "on"].contains(value.lowercased())
    let isFalse = ["n", "0", "f", "off"].contains(value.lowercased())
    guard isTrue || isFalse else { return value }
    if kind == "bool" { return isTrue ? "Y" : "N" }
    return Int(value) == nil ? (isTrue ? "1" : "0") : value
  }

  /// What the modules start with on a processor that has what they ask for.
  ///
  /// A parameter whose start depends on more is left out, and so not shown at all.
  ///
  /// **Source:** `module_param` in arch/x86/kvm/{x86,lapic,mmu/mmu}.c, svm/{svm,sev}.c,
  /// vmx/{vmx,tdx}.c and virt/kvm/kvm_main.c, Linux 6.1, 6.12 and 7.2.
  private static let defaults: [String: [String: String]] = [
    "kvm": [
      "eager_page_split": "Y", "enable_pmu": "Y", "enable_virt_at_load": "Y",
      "enable_vmware_backdoor": "N", "flush_on_reuse": "N", "force_emulation_prefix": "0",
      "halt_poll_ns": "200000", "halt_poll_ns_grow": "2", "halt_poll_ns_grow_start": "10000",
      "ignore_msrs": "N", "kvmclock_periodic_sync": "Y",
      "lapic_timer_advance": "Y", "min_timer_period_us": "200", "mitigate_smt_rsb": "N",
      "mmio_caching": "Y", "report_ignored_msrs": "Y", "tdp_mmu": "Y", "tsc_tolerance_ppm": "250",
      "vector_hashing": "Y",
    ],
    "kvm_amd": [
      "ciphertext_hiding_asids": "0", "debug_swap": "Y", "dump_invalid_vmcb": "N",
      "intercept_smi": "Y", "lbrv": "1", "nested": "1", "npt": "Y", "nrips": "1", "sev": "Y",
      "sev_es": "Y", "sev_snp": "Y", "tsc_scaling": "1", "vgif": "1", "vls": "1",
    ],
    "kvm_intel": [
      "allow_smaller_maxphyaddr": "N", "dump_invalid_vmcs": "N",
      "emulate_invalid_guest_state": "Y", "enable_apicv": "Y", "ept": "Y", "eptad": "Y",
      "fasteoi": "Y", "flexpriority": "Y", "nested": "Y", "pml": "Y", "preemption_timer": "Y",
      "tdx": "N", "unrestricted_guest": "Y", "vnmi": "Y", "vpid": "Y",
    ],
  ]
}

extension Platform.Processor.Vendor {
  /// The module that brings KVM to its processors.
  package var module: String {
    switch self {
    case .amd: "kvm_amd"
    case .intel: "kvm_intel"
    }
  }
}
