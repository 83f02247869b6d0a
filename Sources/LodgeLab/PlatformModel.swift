import Foundation

/// The preload library that answers KVM, `/dev/sev` and TDX calls.
package enum PlatformModel {
  /// The file of the library on this host; nil where this build lost it.
  package static var library: String? {
    Bundle.module.url(forResource: "liblodge-platform-model", withExtension: "so")?
      .path(percentEncoded: false)
  }

  /// What it has of a host, so that scenarios find it on every machine: `host.THING`.
  package static let things: Set<String> = ["hugepages"]
}
