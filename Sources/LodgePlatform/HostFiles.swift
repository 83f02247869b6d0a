/// The files below /proc and /sys that a host of a platform has: text by absolute path.
///
/// They are what libvirt 9.0 to 12.8 (src/util/virhostcpu.c, src/util/virhostmem.c,
/// src/util/virnuma.c, src/conf/capabilities.c) and QEMU 7.2 to 11.1 read of the host: topology,
/// one NUMA cell, address sizes, microcode, memory and module parameters.
package struct HostFiles: Equatable, Sendable {
  package var byPath: [String: String]

  /// Makes up the files of a host.
  ///
  /// The parameters are values below `/sys/module/<module>/parameters`, by module and parameter,
  /// as the kernel's modules would show them.
  package init(of platform: Platform, parameters: [String: [String: String]]) {
    let processor = platform.processor
    let cpus = 0..<processor.count
    byPath = ["/proc/cpuinfo": platform.cpuinfo, "/proc/meminfo": Self.meminfo(processor.memory)]
    for list in ["online", "possible", "present"] {
      byPath["/sys/devices/system/cpu/\(list)"] = "0-\(processor.count - 1)\n"
    }
    byPath["/sys/devices/system/cpu/kernel_max"] = "8191\n"
    byPath["/sys/devices/system/cpu/offline"] = "\n"
    for cpu in cpus {
      for (name, value) in processor.topology(of: cpu) {
        byPath["/sys/devices/system/cpu/cpu\(cpu)/\(name)"] = value + "\n"
      }
    }
    for (name, value) in Self.node(processor) {
      byPath["/sys/devices/system/node/\(name)"] = value + "\n"
    }
    for (name, value) in Self.hugePages {
      byPath["/sys/kernel/mm/hugepages/\(name)"] = value + "\n"
    }
    for (module, values) in parameters {
      for (name, value) in values {
        byPath["/sys/module/\(module)/parameters/\(name)"] = value + "\n"
      }
    }
  }

  /// 2 GiB of huge pages, of the one size that the platform model knows.
  private static let hugePageCount = 1024
  private static let hugePages = [
    "hugepages-2048kB/nr_hugepages": "\(hugePageCount)",
    "hugepages-2048kB/free_hugepages": "\(hugePageCount)",
    "hugepages-2048kB/surplus_hugepages": "0",
  ]

  /// KiB that are not huge pages.
  private static func free(_ mebibytes: Int) -> Int { mebibytes << 10 - hugePageCount << 11 }

  private static func node(_ processor: Platform.Processor) -> [String: String] {
    let all = processor.count - 1
    let pages = hugePages.map { ("node0/hugepages/\($0)", $1) }
    return [
      "online": "0", "possible": "0", "has_cpu": "0", "has_memory": "0", "has_normal_memory": "0",
      "node0/cpulist": "0-\(all)", "node0/cpumap": mask(0...all), "node0/distance": "10",
      "node0/meminfo": """
      Node 0 MemTotal:       \(processor.memory << 10) kB
      Node 0 MemFree:        \(free(processor.memory)) kB
      Node 0 MemUsed:        \(hugePageCount << 11) kB
      """,
    ].merging(pages) { $1 }
  }

  private static func meminfo(_ mebibytes: Int) -> String {
    """
    MemTotal:       \(mebibytes << 10) kB
    MemFree:        \(free(mebibytes)) kB
    MemAvailable:   \(free(mebibytes)) kB
    Buffers:               0 kB
    Cached:                0 kB
    SwapTotal:             0 kB
    SwapFree:              0 kB
    HugePages_Total:    \(hugePageCount)
    HugePages_Free:     \(hugePageCount)
    Hugepagesize:       2048 kB

    """
  }

  /// CPUs as the kernel's `%*pb`: words of 32 bits, the highest first, with commas between them.
  fileprivate static func mask(_ cpus: ClosedRange<Int>) -> String {
    (0...cpus.upperBound / 32).reversed().map { word in
      let bits = cpus.filter { $0 / 32 == word }.reduce(UInt32(0)) { $0 | 1 << UInt32($1 % 32) }
      let digits = String(bits, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined(separator: ",")
  }
}

extension Platform.Processor {
  /// Files below `/sys/devices/system/cpu/cpuN`.
  fileprivate func topology(of cpu: Int) -> [String: String] {
    let core = cpu / threadsPerCore
    let siblings = core * threadsPerCore...core * threadsPerCore + threadsPerCore - 1
    return [
      "online": "1", "topology/core_id": "\(core)", "topology/physical_package_id": "0",
      "topology/die_id": "0", "topology/cluster_id": "65535",
      "topology/thread_siblings": HostFiles.mask(siblings),
      "topology/thread_siblings_list":
        siblings.count == 1 ? "\(cpu)" : "\(siblings.lowerBound)-\(siblings.upperBound)",
      "topology/core_siblings": HostFiles.mask(0...count - 1),
      "topology/core_siblings_list": "0-\(count - 1)",
    ]
  }
}
