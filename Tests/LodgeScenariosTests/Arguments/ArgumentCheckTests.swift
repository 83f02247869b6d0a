import Foundation
import LodgeModel
import LodgeScenarios
import LodgeTesting
import Testing

struct ArgumentCheckTests {
  private func check(_ qemu: String) throws -> ArgumentCheck {
    try ArgumentCheck(
      evidence: CanonicalJSON.decode(
        Evidence.self, from: fixture("qemu-evidence/qemu-\(qemu)_x86_64.json")))
  }

  /// What the QEMU finds wrong with a few arguments.
  private func findings(_ qemu: String, _ arguments: String) throws -> [Finding] {
    try check(qemu).findings(on: ArgumentVector(shell: "/usr/bin/qemu-system-x86_64 " + arguments))
  }

  @Test(arguments: [
    ("plain", "9.0.0", "7.2.22"), ("sev", "9.0.0", "7.2.22"),
    ("plain", "11.3.0", "10.0.13"), ("sev", "11.3.0", "10.0.13"), ("sev-snp", "11.3.0", "10.0.13"),
    ("plain", "12.8.0", "11.1.3"), ("sev", "12.8.0", "11.1.3"), ("sev-snp", "12.8.0", "11.1.3"),
    ("tdx", "12.8.0", "11.1.3"),
  ])
  func theQEMUOfTheSameReleaseUnderstandsAll(
    _ type: String, libvirt: String, qemu: String
  ) throws {
    let vector = try ArgumentVector(shell: recordedArguments(libvirt, type: type))
    #expect(try check(qemu).findings(on: vector).filter { $0.grade == .fail } == [])
  }

  @Test(arguments: [
    ("sev-snp", "12.8.0", "7.2.22", "sev-snp-guest"),
    ("sev-snp", "11.3.0", "7.2.22", "sev-snp-guest"),
    ("tdx", "12.8.0", "10.0.13", "tdx-guest"), ("tdx", "12.8.0", "7.2.22", "tdx-guest"),
  ])
  func aGuestThatQEMUDoesNotHaveIsAFail(
    _ type: String, libvirt: String, qemu: String, object: String
  ) throws {
    let vector = try ArgumentVector(shell: recordedArguments(libvirt, type: type))
    let fails = try check(qemu).findings(on: vector).filter { $0.grade == .fail }
    #expect(
      fails.map(\.summary).contains(
        "-object \(object) lsec0: QEMU \(qemu) has no object type \(object)"))
  }

  /// Machine types of old releases stay, so an older libvirt goes with a newer QEMU.
  @Test(arguments: ["plain", "sev"])
  func anOldLibvirtIsUnderstoodByANewQEMU(_ type: String) throws {
    let vector = try ArgumentVector(shell: recordedArguments("9.0.0", type: type))
    #expect(try check("10.0.13").findings(on: vector).filter { $0.grade == .fail } == [])
  }

  @Test func aNewLibvirtAsksMoreThanAnOldQEMUHas() throws {
    let vector = try ArgumentVector(shell: recordedArguments("12.8.0"))
    let summaries = try check("7.2.22").findings(on: vector).map(\.summary)
    #expect(
      summaries.contains(
        "-machine pc-q35-11.1: QEMU 7.2.22 has no such machine type; its q35 is pc-q35-7.2"))
    #expect(
      summaries.contains(
        "-object monitor-qmp monitor: QEMU 7.2.22 has no object type monitor-qmp"))
  }

  private static let snp = """
    -object '{"qom-type":"sev-snp-guest","id":"lsec0","cbitpos":51,"reduced-phys-bits":1,\
    "policy":196608,"kernel-hashes":true,"vcek-disabled":true}'
    """
  private static let tdx = """
    -object '{"qom-type":"tdx-guest","id":"lsec0","attributes":268435456,\
    "quote-generation-socket":{"type":"unix","path":"/run/qgs.socket"}}'
    """

  @Test(arguments: [
    ("7.2.22", snp, "sev-snp-guest"), ("7.2.22", tdx, "tdx-guest"), ("10.0.13", tdx, "tdx-guest"),
  ])
  func aGuestObjectThatIsMissingIsNamed(_ qemu: String, _ object: String, type: String) throws {
    let found = try #require(try findings(qemu, object).first)
    #expect(found.grade == .fail)
    #expect(
      found.summary == "-object \(type) lsec0: QEMU \(qemu) has no object type \(type)")
    #expect(found.where.contains("qemu-system-x86_64"))
    #expect(found.remedy.contains(type))
  }

  @Test(arguments: [("10.0.13", snp), ("11.1.3", snp), ("11.1.3", tdx)])
  func aGuestObjectThatIsThereIsUnderstood(_ qemu: String, _ object: String) throws {
    #expect(try findings(qemu, object) == [])
  }

  @Test(arguments: [
    (
      #"-object '{"qom-type":"sev-snp-guest","id":"l","policy":"0x30000"}'"#,
      "-object sev-snp-guest l: policy: QEMU 11.1.3 is of type string, not int"
    ),
    (
      #"-object '{"qom-type":"sev-snp-guest","id":"l","vcek-required":true}'"#,
      "-object sev-snp-guest l: QEMU 11.1.3 has no member vcek-required"
    ),
    (
      #"-object '{"qom-type":"rng-random"}'"#,
      "-object rng-random: QEMU 11.1.3 has no id, which is required"
    ),
    (
      #"-object '{"qom-type":"tdx-guest","id":"l","quote-generation-socket":{"type":"unix"}}'"#,
      "quote-generation-socket: QEMU 11.1.3 has no path, which is required"
    ),
    ("-object sev-snp-guest,id=l,polici=1", "has no property polici of sev-snp-guest"),
    (
      #"-device '{"driver":"virtio-blk-pci","drvie":"a"}'"#,
      "-device virtio-blk-pci: QEMU 11.1.3 has no property drvie of virtio-blk-pci"
    ),
    (
      #"-device '{"driver":"pcie-root-port","multifunction":"on"}'"#,
      "takes bool for multifunction, not a JSON string"
    ),
    (
      "-device virtio-blkk-pci,id=x", "has no device virtio-blkk-pci; the nearest is virtio-blk-pci"
    ),
    (
      #"-blockdev '{"driver":"file","node-name":"n","filename":"/f","cache":{"direct":"on"}}'"#,
      "-blockdev file n: cache.direct: QEMU 11.1.3 is of type string, not boolean"
    ),
    (#"-blockdev '{"driver":"qcow2","node-name":"n"}'"#, "has no file, which is required"),
    (#"-blockdev '{"driver":"qcow9","node-name":"n","file":"x"}'"#, "does not know qcow9"),
    ("-blockdev driver=qcow9,node-name=n", "does not know qcow9"),
    (#"-netdev '{"type":"user","id":"n","hostfwdd":[]}'"#, "has no member hostfwdd"),
    ("-netdev '{'", "wants JSON"),
    ("-machine q35,kernel_irqchip=split,smmm=off", "has no machine property smmm"),
    ("-machine pc-q35-2.4", "has no such machine type"),
    ("-cpu EPYC-Milan,+topoextt", "has no processor feature topoextt"),
    ("-cpu EPYC-Milano", "has no such processor model; the nearest is EPYC-Milan"),
    ("-accel kvm,dirty-ring-sizes=1", "has no property dirty-ring-sizes of kvm-accel"),
    ("-accel hvf", "has no such accelerator"),
    ("-smp 2,sokets=2", "-smp: QEMU 11.1.3 has no parameter sokets; the nearest is sockets"),
    ("-m size=1G,slotz=2", "has no parameter slotz"),
    ("-chardev socket,id=c,path=/s,reconnect=1", "has no parameter reconnect"),
    ("-no-hpet", "has no such option"),
    ("-no-acpii", "has no such option"),
  ])
  func whatQEMUDoesNotKnowIsAFail(_ arguments: String, words: String) throws {
    let found = try findings("11.1.3", arguments)
    #expect(found.contains { $0.grade == .fail && $0.summary.contains(words) }, "\(found)")
  }

  @Test(arguments: [
    "-machine q35,accel=kvm,kernel-irqchip=split,confidential-guest-support=lsec0,smm=off",
    "-cpu host,migratable=on,-svm,pmu=off", "-cpu EPYC-v4,hv-time=on", "-accel kvm",
    "-smp 4,maxcpus=8,sockets=2", "-m size=524288k,slots=4,maxmem=1G",
    "-chardev socket,id=c,fd=21,server=on,wait=off", "-kernel /k -initrd /i -append a=b,c=d",
    "-netdev user,id=n", #"-netdev '{"type":"tap","fd":"22","vhost":true,"id":"n"}'"#,
    "-device virtio-net-pci,netdev=n,addr=0x3", "-name guest=a,debug-threads=on",
  ])
  func whatQEMUKnowsGivesNoFail(_ arguments: String) throws {
    #expect(try findings("11.1.3", arguments).filter { $0.grade == .fail } == [])
  }

  @Test func whatWillGoIsAWarning() throws {
    let evidence = try CanonicalJSON.decode(
      Evidence.self, from: fixture("qemu-evidence/qemu-11.1.3_x86_64.json"))
    let old = try #require(evidence.machines.value?.machines.first { $0.isDeprecated })
    let found = try findings("11.1.3", "-machine \(old.name) -global NOWHERE.a=1")
    #expect(found.map(\.grade) == [.warn, .warn])
    #expect(found[0].summary.contains("deprecated"))
  }

  @Test func missingEvidenceIsNamed() {
    let missing = #expect(throws: MissingFact.self) { try ArgumentCheck(evidence: Evidence()) }
    #expect(missing?.name == .qemu)
  }

  @Test func damagedCommandLinesAreCheckedOrRefused() throws {
    let original = Array((try recordedArguments("12.8.0") + Self.snp).utf8)
    let check = try check("11.1.3")
    var random = SplitMix(state: 7)
    for _ in 0..<300 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      let text = String(decoding: bytes, as: UTF8.self)
      if let vector = try? ArgumentVector(shell: text) { _ = check.findings(on: vector) }
    }
  }

  @Test func deepNestingIsNoTrap() throws {
    let deep =
      String(repeating: #"{"driver":"raw","node-name":"n","file":"#, count: 200) + #""x""#
      + String(repeating: "}", count: 200)
    #expect(try findings("11.1.3", "-blockdev '\(deep)'") == [])
    let endless = String(repeating: #"{"file":"#, count: 100_000)
    #expect(try findings("11.1.3", "-blockdev '\(endless)'").count == 1)
  }
}
