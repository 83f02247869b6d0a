package import Foundation

/// What a lab is made of.
package struct LabPlan: Sendable {
  /// The unpacked tree of the set, on this host.
  package var root: String
  /// What the platform model reads: host and kernel.
  package var description: Data
  /// Files of the modelled host, by their path below `/proc` or `/sys`.
  package var hostFiles: [String: String]
  /// The platform model, on this host.
  package var library: String
  /// A folder that keeps what labs like this share, with what libvirt found out about the emulators.
  package var cache: String
  /// CPUID leaf 1, EAX, of the modelled host; nil where it is not known.
  package var processorSignature: UInt32?
  /// Who writes what QEMU prints; nil for what is usual for the root's daemon.
  package var stdioHandler: StdioHandler?
  /// How long the daemon may take until it answers.
  package var startsWithin: Duration
  /// How long the lab may last at most.
  package var lastsFor: Duration

  package init(
    root: String, description: Data, hostFiles: [String: String], library: String, cache: String,
    startsWithin: Duration = .seconds(30), lastsFor: Duration = .seconds(3600)
  ) {
    (self.root, self.description, self.hostFiles) = (root, description, hostFiles)
    (self.library, self.cache) = (library, cache)
    (self.startsWithin, self.lastsFor) = (startsWithin, lastsFor)
  }
}
