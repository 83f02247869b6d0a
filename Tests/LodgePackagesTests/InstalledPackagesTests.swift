import LodgeModel
import LodgePackages
import LodgeTesting
import Testing

struct InstalledPackagesTests {
  @Test func onlyInstalledPackagesCountAndOwnersAreKnown() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      Package: qemu-system-x86
      Status: install ok installed
      Architecture: amd64
      Version: 1:7.2
      Installed-Size: 10

      Package: gone
      Status: deinstall ok config-files
      Architecture: amd64
      Version: 1

      Package: libvirt0
      Status: install ok installed
      Architecture: amd64
      Version: 9
      """, to: "status")
    try folder.write("/.\n/usr/bin/qemu-system-x86_64\n", to: "info/qemu-system-x86.list")
    try folder.write("/lib/x86_64-linux-gnu/libvirt.so.0\n", to: "info/libvirt0:amd64.list")
    let installed = try InstalledPackages(database: folder.path)
    #expect(installed.lock.packages.map(\.name) == ["libvirt0", "qemu-system-x86"])
    #expect(installed.lock.packages.last?.size == 10_240)
    #expect(installed.owner(of: "usr/bin/qemu-system-x86_64") == "qemu-system-x86 1:7.2")
    #expect(installed.owner(of: "usr/lib/x86_64-linux-gnu/libvirt.so.0") == "libvirt0 9")
    #expect(installed.owner(of: "usr/bin/other") == nil)
  }

  @Test func aHostWithoutDpkgIsTold() throws {
    let folder = try TemporaryFolder()
    #expect(throws: PackageFailure.self) { try InstalledPackages(database: folder.path) }
  }
}
