import Foundation

/// The preload library that answers KVM, `/dev/sev` and TDX calls.
package enum PlatformModel {
  /// The file of the library on this host; nil where this build lost it.
  package static var library: String? {
    Bundle.module.url(forResource: "liblodge-platform-model", withExtension: "so")?
      .path(percentEncoded: false)
  }
}
