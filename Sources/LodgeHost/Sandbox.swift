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

  package init(root: String) { self.root = root }

  /// The command that runs a program of the root inside the sandbox.
  ///
  /// Everything in the sandbox dies with this process.
  package func command(
    _ program: String, _ arguments: [String], input: Data = Data(), deadline: Duration,
    outputLimit: Int = 64 << 20
  ) -> Command {
    var options = [
      "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
      "--setenv", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "--setenv", "LC_ALL", "C",
    ]
    options += Self.visible.flatMap(mount)
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"]
    options += ["--chdir", "/", "--", program] + arguments
    // A candidate that runs wild must not take the host's memory, processor or disk with it.
    let limits = ["--as=\(8 << 30)", "--cpu=120", "--core=0", "--", "bwrap"]
    return Command(
      "prlimit", limits + options, input: input, deadline: deadline, outputLimit: outputLimit)
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
