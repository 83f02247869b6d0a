package import Foundation

extension Command.Ending {
  /// How the program in a sandbox ended, from how the sandbox did.
  ///
  /// **Source:** bubblewrap.c, `propagate_exit_status`: a signal becomes exit code 128 and its
  /// number.
  package var inSandbox: Command.Ending {
    guard case .exited(let code) = self, (129...192).contains(code) else { return self }
    return .killed(signal: code - 128)
  }
}

/// A place where programs of a set run: their own root, no network, no host files, own processes.
///
/// Stands on bubblewrap, as root and as an ordinary user alike.
package struct Sandbox: Sendable {
  /// The unpacked tree that the program sees as `/`, read-only.
  package let root: String
  /// What the program sees besides, mounted in this order.
  package var places: [Place] = []
  package var environment: [String: String] = [:]
  package var role = Role.user
  package var limits = Limits()
  /// Who answers in place of programs; nil for the programs themselves.
  package var interposer: Interposer?

  package init(root: String) { self.root = root }

  /// A path in the sandbox, and what stands there.
  package enum Place: Equatable, Sendable {
    /// A file or folder of this host that cannot be written.
    case readOnly(String, at: String)
    /// A file or folder of this host that can be.
    case writable(String, at: String)
    /// An empty folder in memory.
    case empty(at: String)
    case link(to: String, at: String)
    /// A view of the sandbox's processes through which nothing can be changed.
    ///
    /// Where root runs the sandbox, its user 0 owns the kernel's settings below `sys`, which
    /// bubblewrap 0.8 leaves writable.
    case processes(at: String)
    /// The devices that every program may have.
    case devices(at: String)

    fileprivate var options: [String] {
      switch self {
      case .readOnly(let path, let place): ["--ro-bind", path, place]
      case .writable(let path, let place): ["--bind", path, place]
      case .empty(let place): ["--tmpfs", place]
      case .link(let target, let place): ["--symlink", target, place]
      case .processes(let place): ["--proc", place, "--remount-ro", place]
      case .devices(let place): ["--dev", place]
      }
    }
  }

  /// Who the program is.
  package enum Role: Sendable {
    private static let withheld = [
      "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "SYS_TIME", "SYSLOG", "MAC_ADMIN",
      "MAC_OVERRIDE", "BPF", "PERFMON", "MKNOD",
    ]

    /// Whoever this process is, without privileges.
    case user
    /// User 0 of a host named `lodge`, with the capabilities of a daemon that starts guests.
    ///
    /// Not with those by which it could mount what it was not given, or change the kernel.
    case administrator

    fileprivate var options: [String] {
      switch self {
      // bubblewrap leaves a real root all that it has.
      case .user: ["--cap-drop", "ALL"]
      case .administrator:
        ["--uid", "0", "--gid", "0", "--cap-add", "ALL", "--hostname", "lodge"]
          + Self.withheld.flatMap { ["--cap-drop", "CAP_\($0)"] }
      }
    }
  }

  /// What a candidate that runs wild can take of the host, for each process.
  package struct Limits: Sendable {
    /// Bytes of address space; nil for what the host grants.
    package var addressSpace: Int? = 8 << 30
    package var processorSeconds = 120

    package init() {}
  }

  /// The command that runs a program of the root inside the sandbox.
  ///
  /// Everything in the sandbox dies with this process.
  package func command(
    _ program: String, _ arguments: [String], input: Data = Data(), deadline: Duration,
    outputLimit: Int = 64 << 20
  ) -> Command {
    // Commands run in sessions of their own. A further one in here would take the inner process out
    // of the group that is ended.
    var options = ["--unshare-all", "--die-with-parent", "--clearenv"]
    let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
    for (name, value) in variables.merging(environment, uniquingKeysWith: { $1 }).sorted(by: <) {
      options += ["--setenv", name, value]
    }
    options += role.options + Self.visible.flatMap(mount)
    // Below /proc/sys are settings of the whole host, which a real root may change by its number
    // alone: a user namespace takes its privileges, and not that it is the owner of files.
    options += ["--proc", "/proc", "--remount-ro", "/proc"]
    options += ["--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"]
    options += places.flatMap(\.options)
    options += ["--chdir", "/", "--", program] + arguments
    let words = limits.options + ["--", "bwrap"] + options
    var command = Command(
      "prlimit", words, input: input, deadline: deadline, outputLimit: outputLimit)
    command.interposition = interposer.map {
      ($0, Interposer.Invocation(program: program, arguments: arguments, input: input))
    }
    return command
  }

  /// What programs need to start: their code, data and the library cache, but no host secrets.
  private static let visible = [
    "usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "opt",
    "etc/alternatives", "etc/ld.so.cache", "etc/qemu",
  ]

  /// Mounts one path; a missing `lib64` of a tree whose `usr` is merged becomes the usual link.
  private func mount(_ path: String) -> [String] {
    let place = "\(root)/\(path)"
    let files = FileManager.default
    if let target = try? files.destinationOfSymbolicLink(atPath: place) {
      return ["--symlink", target, "/\(path)"]
    }
    if files.fileExists(atPath: place) { return ["--ro-bind", place, "/\(path)"] }
    let merged = ["bin", "sbin", "lib", "lib64"].contains(path)
    guard merged, files.fileExists(atPath: "\(root)/usr/\(path)") else { return [] }
    return ["--symlink", "usr/\(path)", "/\(path)"]
  }
}

extension Sandbox.Limits {
  /// Words of prlimit(1).
  fileprivate var options: [String] {
    (addressSpace.map { ["--as=\($0)"] } ?? []) + ["--cpu=\(processorSeconds)", "--core=0"]
  }
}
