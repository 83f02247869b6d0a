import LodgeModel
import LodgeScenarios
import Testing

struct LaunchArgumentsTests {
  /// What a command line says of a launch; nil where it starts no confidential guest.
  private func launch(_ arguments: String) throws -> LaunchArguments? {
    LaunchArguments(try ArgumentVector(shell: "/usr/bin/qemu-system-x86_64 " + arguments))
  }

  /// The same of a SEV guest with arguments of its own.
  private func guest(_ arguments: String) throws -> LaunchArguments {
    try #require(try launch("-object sev-guest,id=lsec0,policy=0x1 " + arguments))
  }

  @Test(arguments: [
    ("sev", "9.0.0", DomainType.sevES), ("sev", "11.3.0", .sevES), ("sev", "12.8.0", .sevES),
    ("sev-snp", "11.3.0", .sevSNP), ("sev-snp", "12.8.0", .sevSNP), ("tdx", "12.8.0", .tdx),
  ])
  func whatLibvirtWritesIsRead(_ name: String, _ libvirt: String, _ type: DomainType) throws {
    let vector = try ArgumentVector(shell: recordedArguments(libvirt, type: name))
    let launch = try #require(LaunchArguments(vector))
    #expect(launch.type == type)
    #expect(launch.firmware == "/usr/share/ovmf/OVMF.fd")
    #expect(launch.processors == 2)
    #expect(launch.model == "qemu64" && !launch.hasOwnSignature)
    #expect(launch.kernel == nil && launch.initrd == nil && launch.commandLine == nil)
    #expect(launch.properties["id"] == "lsec0")
    #expect(launch.isOn("kernel-hashes") == (type == .sevSNP))
    #expect(launch.isOn("vcek-disabled") == (type == .sevSNP))
    #expect(launch.properties["attributes"] == (type == .tdx ? "268435456" : nil))
  }

  @Test(arguments: ["9.0.0", "11.3.0", "12.8.0"])
  func aPlainGuestIsNoneOfThem(libvirt: String) throws {
    let vector = try ArgumentVector(shell: recordedArguments(libvirt))
    #expect(LaunchArguments(vector) == nil)
  }

  @Test(arguments: [
    (#"'{"qom-type":"sev-guest","id":"l","policy":1}'"#, DomainType.sev),
    (#"'{"qom-type":"sev-guest","id":"l","policy":5}'"#, .sevES),
    (#"'{"qom-type":"sev-guest","id":"l"}'"#, .sev),
    ("sev-guest,id=l,policy=0x3", .sev), ("sev-guest,id=l,policy=0x7", .sevES),
    ("sev-guest,id=l,policy=4", .sevES), ("sev-guest,id=l", .sev),
    ("qom-type=sev-guest,id=l,policy=0x5", .sevES),
    (#"'{"qom-type":"sev-snp-guest","id":"l","policy":196612}'"#, .sevSNP),
    ("sev-snp-guest,id=l,policy=0x30000", .sevSNP), ("tdx-guest,id=l", .tdx),
  ])
  func theTypeIsThatOfTheGuestObjectAndItsPolicy(
    _ object: String, _ type: DomainType
  ) throws {
    #expect(try launch("-object \(object)")?.type == type)
  }

  @Test(arguments: [
    "", "-object memory-backend-ram,id=pc.ram,size=1G", #"-object '{"id":"l"}'"#, "-object '{'",
    "-object s390-pv-guest,id=l",
  ])
  func withoutAGuestObjectThereIsNoLaunch(_ arguments: String) throws {
    #expect(try launch(arguments) == nil)
  }

  @Test func otherObjectsStandBesideTheGuest() throws {
    let found = try launch("-object rng-random,id=r -object tdx-guest,id=l -object secret,id=s")
    #expect(found?.type == .tdx && found?.properties["id"] == "l")
  }

  @Test(arguments: [
    (#"'{"qom-type":"sev-guest","kernel-hashes":true}'"#, true),
    (#"'{"qom-type":"sev-guest","kernel-hashes":false}'"#, false),
    (#"'{"qom-type":"sev-guest"}'"#, false), ("sev-guest,kernel-hashes=on", true),
    ("sev-guest,kernel-hashes=true", true), ("sev-guest,kernel-hashes=yes", true),
    ("sev-guest,kernel-hashes", true), ("sev-guest,kernel-hashes=off", false),
    ("sev-guest", false),
  ])
  func kernelHashesAreOnAsQEMUTakesThem(_ object: String, _ isOn: Bool) throws {
    #expect(try launch("-object \(object)")?.isOn("kernel-hashes") == isOn)
  }

  @Test func aKernelIsReadWithWhatItIsGiven() throws {
    let found = try guest("-kernel /boot/vmlinuz -initrd /boot/initrd -append 'a=b,c quiet'")
    #expect(found.kernel == "/boot/vmlinuz" && found.initrd == "/boot/initrd")
    #expect(found.commandLine == "a=b,c quiet")
  }

  @Test(arguments: [
    ("-smp 2", 2), ("-smp 4,maxcpus=8,sockets=8", 4), ("-smp cpus=4,maxcpus=8", 4), ("", 1),
    ("-smp maxcpus=8,cpus=3", 3), ("-smp 2 -smp 5", 5),
  ])
  func processorsAreThoseAtTheStart(_ arguments: String, _ count: Int) throws {
    #expect(try guest(arguments).processors == count)
  }

  @Test(arguments: [
    ("-cpu EPYC-Milan,avx2=off", "EPYC-Milan"), ("-cpu host", "host"),
    ("-cpu host,migratable=on,-svm", "host"), ("-cpu EPYC-v4,model-id=mine", "EPYC-v4"),
    ("", "qemu64"),
  ])
  func theModelIsReadWithoutItsFeatures(_ arguments: String, _ model: String) throws {
    let found = try guest(arguments)
    #expect(found.model == model && !found.hasOwnSignature)
  }

  @Test(arguments: ["family=25", "model=1", "stepping=0", "avx2=off,family=0x19"])
  func aSignatureThatIsSetByHandIsNoticed(_ features: String) throws {
    let found = try guest("-cpu EPYC,\(features)")
    #expect(found.model == "EPYC" && found.hasOwnSignature)
  }
}

/// The image that QEMU measures.
struct LaunchFirmwareArgumentTests {
  private func firmware(_ arguments: String) throws -> String? {
    let line = "qemu -object sev-guest,id=lsec0,policy=0x1 " + arguments
    return try #require(LaunchArguments(try ArgumentVector(shell: line))).firmware
  }

  private static let flash = "-machine q35,confidential-guest-support=lsec0,pflash0=a "

  @Test func aFlashIsTheFileBehindItsNodes() throws {
    let nodes = #"""
      -blockdev '{"driver":"file","filename":"/usr/share/OVMF/OVMF_CODE_4M.fd",\#
      "node-name":"libvirt-pflash0-storage","auto-read-only":true,"discard":"unmap"}' \#
      -blockdev '{"node-name":"libvirt-pflash0-format","read-only":true,"driver":"raw",\#
      "file":"libvirt-pflash0-storage"}' \#
      -blockdev '{"driver":"file","filename":"/var/lib/vars.fd","node-name":"vars-storage"}' \#
      -blockdev '{"node-name":"vars-format","driver":"raw","file":"vars-storage"}' \#
      -machine q35,pflash0=libvirt-pflash0-format,pflash1=vars-format
      """#
    #expect(try firmware(nodes) == "/usr/share/OVMF/OVMF_CODE_4M.fd")
  }

  @Test(arguments: [
    #"-blockdev '{"driver":"file","filename":"/x.fd","node-name":"a"}'"#,
    "-blockdev driver=file,filename=/x.fd,node-name=a",
    "-blockdev driver=raw,node-name=a,file=b -blockdev driver=file,filename=/x.fd,node-name=b",
  ])
  func nodesMayBeWrittenInAnyWay(_ nodes: String) throws {
    #expect(try firmware(Self.flash + nodes) == "/x.fd")
  }

  @Test func theImageOfTheOptionComesFirst() throws {
    let node = "-blockdev driver=file,filename=/y.fd,node-name=a"
    #expect(try firmware(Self.flash + node + " -bios /x.fd") == "/x.fd")
    #expect(try firmware("-bios /x.fd") == "/x.fd")
  }

  /// QEMU measures what is in a disk image, which is not what the file holds.
  @Test func aDiskImageHasNoBytesToMeasure() throws {
    let nodes = #"""
      -blockdev '{"driver":"file","filename":"/x.qcow2","node-name":"b"}' \#
      -blockdev '{"node-name":"a","driver":"qcow2","file":"b"}'
      """#
    #expect(try firmware(Self.flash + nodes) == nil)
  }

  @Test(arguments: [
    "", "-blockdev driver=file,filename=/x.fd,node-name=b", "-blockdev driver=raw,node-name=a",
    "-blockdev driver=raw,node-name=a,file=a",
    "-blockdev driver=raw,node-name=a,file=b -blockdev driver=raw,node-name=b,file=a",
    "-blockdev driver=file,node-name=a", "-blockdev '{'",
  ])
  func nodesThatLeadNowhereHaveNone(_ nodes: String) throws {
    #expect(try firmware(Self.flash + nodes) == nil)
  }

  @Test func aMachineWithoutAFlashHasNone() throws {
    #expect(try firmware("-machine q35 -blockdev driver=file,filename=/x.fd,node-name=a") == nil)
  }

  @Test func aChainOfMoreNodesThanAnybodyStacksIsGivenUp() throws {
    func chain(_ count: Int) -> String {
      let raw = (1..<count).map { "-blockdev driver=raw,node-name=n\($0),file=n\($0 + 1)" }
      let last = "-blockdev driver=file,filename=/x.fd,node-name=n\(count)"
      return "-machine q35,pflash0=n1 " + (raw + [last]).joined(separator: " ")
    }
    #expect(try firmware(chain(8)) == "/x.fd")
    #expect(try firmware(chain(9)) == nil)
  }
}
