extension Interface {
  /// Memory that only the guest can read: its capabilities and the arguments of its calls.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h, 6.8; the sizes are part of the ioctl numbers
  /// 0x40a0ae49, 0x4020aed2 and 0xc040aed4.
  static let guestMemory = Self(
    name: "interface of guest_memfd", header: "linux/kvm.h",
    numbers: [
      Number(name: "KVM_CAP_USER_MEMORY2", value: 231),
      Number(name: "KVM_CAP_MEMORY_ATTRIBUTES", value: 233),
      Number(name: "KVM_CAP_GUEST_MEMFD", value: 234),
      Number(name: "KVM_MEM_GUEST_MEMFD", value: 1 << 2),
      Number(name: "KVM_MEMORY_ATTRIBUTE_PRIVATE", value: 1 << 3),
      Number(name: "KVM_MEMORY_EXIT_FLAG_PRIVATE", value: 1 << 3),
      Number(name: "KVM_CAP_EXIT_HYPERCALL", value: 201, isOlder: true),
      Number(name: "KVM_SET_USER_MEMORY_REGION2", value: 0x40a0_ae49),
      Number(name: "KVM_SET_MEMORY_ATTRIBUTES", value: 0x4020_aed2),
      Number(name: "KVM_CREATE_GUEST_MEMFD", value: 0xc040_aed4),
      Number(name: "KVM_MEMORY_ENCRYPT_OP", value: 0xc008_aeba, isOlder: true),
    ],
    layouts: [
      Layout(
        tag: "kvm_userspace_memory_region2", size: 160,
        offsets: [
          "slot": 0, "flags": 4, "guest_phys_addr": 8, "memory_size": 16, "userspace_addr": 24,
          "guest_memfd_offset": 32, "guest_memfd": 40,
        ]),
      Layout(
        tag: "kvm_memory_attributes", size: 32,
        offsets: ["address": 0, "size": 8, "attributes": 16, "flags": 24]),
      Layout(tag: "kvm_create_guest_memfd", size: 64, offsets: ["size": 0, "flags": 8]),
    ])
}
