extension Interface {
  /// Memory that only the guest can read: its capabilities and the arguments of its calls.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h, 6.8; the sizes are part of the ioctl numbers
  /// 0x40a0ae49, 0x4020aed2 and 0xc040aed4.
  static let guestMemory = Self(
    numbers: [
      Number(name: "KVM_CAP_USER_MEMORY2", value: 231),
      Number(name: "KVM_CAP_MEMORY_ATTRIBUTES", value: 233),
      Number(name: "KVM_CAP_GUEST_MEMFD", value: 234),
    ],
    layouts: [
      Layout(tag: "kvm_userspace_memory_region2", size: 160),
      Layout(tag: "kvm_memory_attributes", size: 32),
      Layout(tag: "kvm_create_guest_memfd", size: 64),
    ])
}
