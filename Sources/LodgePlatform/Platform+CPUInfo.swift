extension Platform {
  /// The text of /proc/cpuinfo: `show_cpuinfo` in arch/x86/kernel/cpu/proc.c, Linux 6.16.
  var cpuinfo: String { (0..<processor.count).map(cpuinfo(of:)).joined() }

  private func cpuinfo(of cpu: Int) -> String {
    let signature = processor.leaf(1)?.eax ?? 0
    let family = signature >> 8 & 0xF
    let cores = processor.count / processor.threadsPerCore
    let hertz = processor.kiloHertz
    return """
      processor\t: \(cpu)
      vendor_id\t: \(processor.vendor.rawValue)
      cpu family\t: \(family == 0xF ? family + (signature >> 20 & 0xFF) : family)
      model\t\t: \(signature >> 4 & 0xF | (signature >> 16 & 0xF) << 4)
      model name\t: \(processor.name)
      stepping\t: \(signature & 0xF)
      microcode\t: 0x\(String(processor.microcode, radix: 16))
      cpu MHz\t\t: \(hertz / 1000).\(padded(hertz % 1000))
      cache size\t: 512 KB
      physical id\t: 0
      siblings\t: \(processor.count)
      core id\t\t: \(cpu / processor.threadsPerCore)
      cpu cores\t: \(cores)
      apicid\t\t: \(cpu)
      initial apicid\t: \(cpu)
      fpu\t\t: yes
      fpu_exception\t: yes
      cpuid level\t: \(processor.leaf(0)?.eax ?? 0)
      wp\t\t: yes
      flags\t\t: \(processor.flags.joined(separator: " "))
      bogomips\t: \(hertz / 500).\(padded(hertz / 5 % 100, to: 2))
      clflush size\t: 64
      cache_alignment\t: 64
      address sizes\t: \(usablePhysicalBits) bits physical, \(processor.linearBits) bits virtual
      power management:


      """
  }

  /// What memory encryption leaves of a physical address.
  private var usablePhysicalBits: Int {
    max(0, processor.physicalBits - (sev?.reducedPhysicalBits ?? 0) - (tdx?.keyIDBits ?? 0))
  }

  private func padded(_ number: Int, to width: Int = 3) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
