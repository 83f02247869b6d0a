import CLinux
package import Foundation

extension Data {
  /// Whether a text stands anywhere in the bytes; stands on memmem(3).
  package func hasText(_ text: String) -> Bool {
    unsafe withUnsafeBytes { bytes in
      unsafe lodge_has_text(bytes.baseAddress, bytes.count, text) != 0
    }
  }
}
