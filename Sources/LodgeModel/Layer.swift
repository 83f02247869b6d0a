/// The layer of a set that answered or refused.
package enum Layer: String, Codable, CaseIterable, Sendable {
  /// libvirt's XML schema or parser.
  case schema
  case libvirt
  case qemu
  /// The modelled kernel.
  case kernel
  /// The modelled firmware: AMD-SP or TDX module.
  case firmware
}
