import Foundation
import Glibc
package import LodgeModel

/// One thing that this host can or cannot do for a stage.
package struct HostAbility: Codable, Equatable, Sendable {
  /// A few words, such as `bubblewrap sandbox`.
  package var name: String
  package var stage: Stage
  package var isThere: Bool
  /// What was found, or what is missing.
  package var detail: String
  /// What one can do with it.
  package var unlocks: String
  /// The command that adds it; empty where nothing has to be added or no command can.
  package var remedy: String

  init(
    _ name: String, for stage: Stage, unlocks: String, remedy: String = "",
    _ probe: (isThere: Bool, detail: String)
  ) {
    (self.name, self.stage, self.unlocks) = (name, stage, unlocks)
    (isThere, detail) = probe
    self.remedy = probe.isThere ? "" : remedy
  }

  /// Looks at everything that Lodge can make use of on this host.
  package static func all(storePath: String) async -> [HostAbility] {
    [
      HostAbility(
        "apt", for: .packages, unlocks: "resolving and fetching sets from Debian archives",
        remedy: "run Lodge on a Debian host, or give it loose package files",
        program("apt-get")),
      HostAbility(
        "signature check", for: .packages, unlocks: "trusting the archive's indices",
        remedy: "apt-get install gpgv debian-archive-keyring", program("gpgv")),
      HostAbility(
        "RPM packages", for: .packages, unlocks: "sets of RPM repositories and Koji builds",
        remedy: "apt-get install librpm9 rpm-common libsolvext1 gpg", rpmPrograms()),
      HostAbility(
        "room for the store", for: .packages, unlocks: "keeping packages, roots and evidence",
        remedy: "free some space, or set XDG_CACHE_HOME to a folder on another disk",
        room(at: storePath)),
      HostAbility(
        "bubblewrap sandbox", for: .packages, unlocks: "asking the candidate QEMU over QMP",
        remedy: "apt-get install bubblewrap", await sandbox()),
      HostAbility(
        "dpkg database", for: .packages, unlocks: "lodge check --host",
        file("/var/lib/dpkg/status")),
      HostAbility(
        "administrator of a sandbox", for: .launch,
        unlocks: "running the candidate libvirt and QEMU on a modelled host",
        remedy: "let users make user namespaces: sysctl kernel.unprivileged_userns_clone=1, and on "
          + "Ubuntu kernel.apparmor_restrict_unprivileged_userns=0", await administrator()),
      HostAbility(
        "x86-64 processor", for: .launch, unlocks: "running the candidate's programs",
        processor()),
      HostAbility(
        "memory for guests", for: .launch, unlocks: "four scenarios at once",
        remedy: "close something, or try one scenario at a time", memory()),
      HostAbility(
        "QEMU for x86", for: .boot, unlocks: "booting candidate kernels under TCG",
        remedy: "apt-get install qemu-system-x86", program("qemu-system-x86_64")),
      HostAbility(
        "KVM", for: .boot, unlocks: "booting candidate kernels at full speed",
        remedy: "modprobe kvm_amd or kvm_intel, and join the group kvm", device("/dev/kvm")),
      HostAbility(
        "SEV-SNP host", for: .metal, unlocks: "running SEV, SEV-ES and SEV-SNP guests",
        remedy: "enable SNP in the firmware and load kvm_amd with sev_snp=1",
        parameter("/sys/module/kvm_amd/parameters/sev_snp")),
      HostAbility(
        "TDX host", for: .metal, unlocks: "running TDX guests",
        remedy: "enable TDX in the firmware and load kvm_intel with tdx=1",
        parameter("/sys/module/kvm_intel/parameters/tdx")),
    ]
  }

  private static func program(_ name: String) -> (Bool, String) {
    let found = Command.locate(name)
    return (found != nil, found ?? "there is no \(name) in PATH")
  }

  /// What librpm needs besides itself, which is looked for when it is first used.
  private static func rpmPrograms() -> (Bool, String) {
    let configuration = file("/usr/lib/rpm/rpmrc")
    return configuration.0 ? program("gpg") : configuration
  }

  private static func file(_ path: String) -> (Bool, String) {
    access(path, R_OK) == 0 ? (true, path) : (false, "there is no \(path)")
  }

  private static func device(_ path: String) -> (Bool, String) {
    guard access(path, F_OK) == 0 else { return (false, "there is no \(path)") }
    return access(path, R_OK | W_OK) == 0 ? (true, path) : (false, "\(path) may not be opened")
  }

  private static func parameter(_ path: String) -> (Bool, String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      return (false, "there is no \(path)")
    }
    let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return (["Y", "y", "1"].contains(value), "\(path) is \(value)")
  }

  private static func room(at path: String) -> (Bool, String) {
    var folder = path
    while !folder.isEmpty, folder != "/", access(folder, F_OK) != 0 {
      folder = URL(filePath: folder).deletingLastPathComponent().path(percentEncoded: false)
      if folder.hasSuffix("/"), folder.count > 1 { folder.removeLast() }
    }
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return (false, "\(folder) cannot be looked at") }
    let free = (Int(status.f_bavail) * Int(status.f_frsize)) >> 30
    return (free >= 4, "\(free) GiB free at \(folder), three sets need 2 to 4")
  }

  private static func processor() -> (Bool, String) {
    var names = utsname()
    uname(&names)
    let machine = withUnsafeBytes(of: names.machine) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return (machine == "x86_64", "this host is \(machine)")
  }

  private static func memory() -> (Bool, String) {
    let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    // A parked guest holds about 50 MiB whatever its size; a daemon and its probes as much again.
    return (kibibytes >= 1 << 20, "\(kibibytes >> 10) MiB are available, 1024 are wanted")
  }

  private static func administrator() async -> (Bool, String) { await sandbox(.administrator) }

  private static func sandbox(_ role: Sandbox.Role = .user) async -> (Bool, String) {
    do {
      var sandbox = Sandbox(root: "/")
      sandbox.role = role
      let finished = try await sandbox.command(
        "/usr/bin/true", [], deadline: .seconds(10)
      ).run()
      let said = finished.errors.split(separator: "\n").last.map { ": \($0)" } ?? ""
      return finished.ending == .exited(0)
        ? (true, "a program ran in it") : (false, "it \(finished.ending)\(said)")
    } catch {
      return (false, "\(error)")
    }
  }
}
