/// The devices that libvirt gives to domains, in so far as a confidential guest can use them.
///
/// **Source:** libvirt 12.8 src/qemu/qemu_command.c; displays that distributions package as modules
/// are left out, since some builds abort when asked for their properties.
enum PluggedDevices {
  /// Names of QOM types, for `device-list-properties`.
  static let names = virtio + storage + buses + others

  private static let virtio = [
    "balloon", "blk", "crypto", "iommu", "keyboard", "mem", "mouse", "net", "rng", "scsi", "serial",
    "tablet",
  ].flatMap { kind in
    ["", "-non-transitional", "-transitional"].map { "virtio-\(kind)-pci\($0)" }
  }

  private static let storage = [
    "ide-cd", "ide-hd", "nvme", "nvme-ns", "scsi-block", "scsi-cd", "scsi-generic", "scsi-hd",
    "usb-storage", "vhost-scsi-pci", "vhost-user-blk-pci", "vhost-user-fs-pci",
  ]

  private static let buses = [
    "ich9-ahci", "ich9-usb-ehci1", "ich9-usb-uhci1", "ich9-usb-uhci2", "ich9-usb-uhci3",
    "intel-iommu", "nec-usb-xhci", "pci-bridge", "pcie-pci-bridge", "pcie-root-port",
    "pxb", "pxb-pcie", "qemu-xhci",
  ]

  private static let others = [
    "VGA", "bochs-display", "e1000", "e1000e", "i6300esb", "igb", "isa-debugcon", "isa-serial",
    "ivshmem-plain", "nvdimm", "pc-dimm", "pci-serial", "pvpanic", "pvpanic-pci", "rtl8139",
    "tpm-crb", "tpm-tis", "usb-kbd", "usb-mouse", "usb-serial", "usb-tablet", "vfio-pci",
    "vhost-vsock-pci", "virtconsole", "virtserialport", "vmcoreinfo", "vmgenid",
  ]
}
