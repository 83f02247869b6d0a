package import LodgeModel

/// A refusal: who refused, in which words, and the recorded call that was behind it.
package struct Refusal: Equatable, Sendable {
  package var layer: Layer
  /// The one line that a user needs, without times and names of programs.
  package var message: String
  /// The refused call and why, such as `KVM_SEV_SNP_LAUNCH_START: policy bit 18 is never accepted`.
  package var cause: String?

  package init(by layer: Layer, _ message: String, cause: String? = nil) {
    (self.layer, self.message, self.cause) = (layer, message, cause)
  }
}

/// An error of libvirt, by the names that its headers give to domain and code.
package struct LibvirtComplaint: Equatable, Sendable {
  /// Such as `VIR_FROM_QEMU`.
  package var domain: String
  /// Such as `VIR_ERR_XML_ERROR`.
  package var code: String
  package var message: String

  package init(domain: String, code: String, message: String) {
    (self.domain, self.code, self.message) = (domain, code, message)
  }
}
