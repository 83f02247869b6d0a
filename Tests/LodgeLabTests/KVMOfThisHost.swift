import Glibc

/// The /dev/kvm of the machine that the tests run on.
enum KVMOfThisHost {
  /// Whether this process can make a VM: the device is there, may be opened, and works.
  static let isUsable: Bool = {
    let createVM: UInt = 0xae01
    let device = open("/dev/kvm", O_RDWR | O_CLOEXEC)
    guard device >= 0 else { return false }
    defer { close(device) }
    let machine = ioctl(device, createVM, 0)
    guard machine >= 0 else { return false }
    close(machine)
    return true
  }()
}
