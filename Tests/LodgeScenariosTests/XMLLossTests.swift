import LodgeScenarios
import LodgeXML
import Testing

struct XMLLossTests {
  private let written = """
    <domain type='kvm'>
      <memory unit='MiB'>512</memory>
      <os><type machine='q35'>hvm</type></os>
      <devices>
        <disk device='disk'><target dev='vda'/></disk>
        <disk device='cdrom'><target dev='sda'/></disk>
      </devices>
      <launchSecurity type='sev' kernelHashes='yes'><policy>0x3</policy></launchSecurity>
    </domain>
    """

  /// What libvirt makes of it: sizes in KiB, a versioned machine, padded numbers, more elements.
  private let kept = """
    <domain type='kvm' id='1'>
      <uuid>1-2</uuid>
      <memory unit='KiB'>524288</memory>
      <os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type></os>
      <devices>
        <disk device='cdrom'><target dev='sda' bus='sata'/></disk>
        <disk device='disk'><target dev='vda' bus='virtio'/></disk>
      </devices>
      <launchSecurity type='sev' kernelHashes='yes'><policy>0x0003</policy></launchSecurity>
    </domain>
    """

  private func loss(_ old: String = "", _ new: String = "") throws -> XMLLoss? {
    try XMLElement(parsing: written).firstLoss(
      in: XMLElement(parsing: old.isEmpty ? kept : kept.replacing(old, with: new)))
  }

  @Test func additionsAndOtherSpellingsAreNoLoss() throws {
    #expect(try loss() == nil)
  }

  @Test(arguments: [
    (" kernelHashes='yes'", "", "domain/launchSecurity/@kernelHashes (yes) is lost"),
    (
      "kernelHashes='yes'", "kernelHashes='no'",
      "domain/launchSecurity/@kernelHashes (yes) became no"
    ),
    ("<policy>0x0003</policy>", "", "domain/launchSecurity/policy (0x3) is lost"),
    ("0x0003", "0x0001", "domain/launchSecurity/policy (0x3) became 0x0001"),
    ("524288", "524287", "domain/memory (512) became 524287"),
    ("pc-q35-10.0", "pc-i440fx-10.0", "domain/os/type/@machine (q35) became pc-i440fx-10.0"),
    ("dev='sda'", "dev='sdb'", "domain/devices/disk[2]/target/@dev (sda) became sdb"),
  ])
  func theFirstLossIsNamed(_ old: String, _ new: String, _ words: String) throws {
    #expect("\(try #require(try loss(old, new)))" == words)
  }
}
