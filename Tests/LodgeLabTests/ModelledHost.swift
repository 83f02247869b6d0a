import Foundation

/// A small made-up host with a plain KVM, and domains for it.
enum ModelledHost {
  /// What a kernel 6.12 offers for plain VMs.
  static func description() throws -> Data {
    try Data(
      contentsOf: fixtures.appending(path: "descriptions/plain-6.12.117_x86_64.description"))
  }

  /// Recorded files.
  static let fixtures = Bundle.module.bundleURL.appending(path: "Fixtures")

  static let files: [String: String] = {
    var files = [
      "/proc/cpuinfo": """
      processor\t: 0
      vendor_id\t: AuthenticAMD
      cpu family\t: 25
      model\t\t: 1
      model name\t: AMD EPYC 7003
      stepping\t: 1
      microcode\t: 0xa0011d1
      cpu MHz\t\t: 2000.000
      physical id\t: 0
      core id\t\t: 0
      flags\t\t: fpu sse2
      address sizes\t: 48 bits physical, 48 bits virtual

      """,
      "/sys/devices/system/node/node0/cpulist": "0\n",
      "/sys/devices/system/node/node0/cpumap": "1\n",
      "/sys/devices/system/node/node0/distance": "10\n",
      "/sys/devices/system/node/node0/meminfo": """
      Node 0 MemTotal:        1048576 kB
      Node 0 MemFree:         1048576 kB

      """,
    ]
    for list in ["online", "possible", "present"] {
      files["/sys/devices/system/cpu/\(list)"] = "0\n"
      files["/sys/devices/system/node/\(list)"] = "0\n"
    }
    let topology = [
      "core_id": "0", "physical_package_id": "0", "die_id": "0", "thread_siblings": "1",
      "thread_siblings_list": "0", "core_siblings": "1", "core_siblings_list": "0",
    ]
    for (name, value) in topology {
      files["/sys/devices/system/cpu/cpu0/topology/\(name)"] = value + "\n"
    }
    return files
  }()

  static func domain(_ name: String) -> String {
    """
    <domain type='kvm'>
      <name>\(name)</name>
      <memory unit='MiB'>64</memory>
      <os><type arch='x86_64' machine='q35'>hvm</type></os>
      <features><acpi/></features>
    </domain>
    """
  }
}
