import LodgeModel
import LodgeScenarios
import Testing

struct LibvirtAnswerTests {
  private let xml = """
    <domain type='kvm'><name>a</name><os><loader type='rom'>/usr/share/OVMF.fd</loader></os></domain>
    """

  private func arguments(
    _ words: [String], firmware: String = "/usr/share/OVMF.fd", run: Int = 1
  ) throws -> LibvirtAnswer {
    try #require(
      LibvirtAnswer(
        scenario: "sev/a", platform: "milan", type: .sev,
        domain: xml.replacing("/usr/share/OVMF.fd", with: firmware),
        arguments: ["/usr/bin/qemu", "-uuid", "\(run)-2", "-bios", firmware] + words))
  }

  private func capabilities(_ features: String) throws -> LibvirtAnswer {
    try #require(
      LibvirtAnswer(
        scenario: "sev/a", platform: "milan", type: .sev,
        capabilities: "<domainCapabilities><features>\(features)</features></domainCapabilities>"))
  }

  @Test func whatVariesFromRunToRunIsEqual() throws {
    let one = try arguments([
      "-object", #"{"qom-type":"secret","id":"k","file":"/var/lib/domain-1-a/key"}"#,
      "-mem-path", "/dev/hugepages/libvirt/qemu/1-a", "-mem", "/var/lib/libvirt/qemu/ram/1-a/r",
      "-chardev", "socket,id=m,fd=20",
    ])
    let other = try arguments(
      [
        "-object", #"{"qom-type":"secret","id":"k","file":"/var/lib/domain-7-a/key"}"#,
        "-mem-path", "/dev/hugepages/libvirt/qemu/7-a", "-mem", "/var/lib/libvirt/qemu/ram/7-a/r",
        "-chardev", "socket,id=m,fd=24",
      ], firmware: "/usr/share/other.fd", run: 2)
    #expect(one == other)
  }

  @Test func whatIsAskedForOtherwiseIsAnotherQuestion() throws {
    let own = try arguments([])
    let other = try #require(
      LibvirtAnswer(
        scenario: "sev/a", platform: "milan", type: .sev,
        domain: xml.replacing(">a<", with: ">b<"), arguments: ["/usr/bin/qemu"]))
    #expect(own.question != other.question)
  }

  @Test func argumentsThatCameWentOrChangedAreFound() throws {
    let before = try arguments(["-S", "-object", "sev-guest,id=lsec0,policy=0x1"])
    let now = try arguments(["-object", "sev-guest,id=lsec0,policy=0x3", "-no-hpet"])
    #expect(
      now.changes(since: before)
        == [
          .init(part: "-S", member: nil, before: "there", now: nil),
          .init(part: "-no-hpet", member: nil, before: nil, now: "there"),
          .init(part: "-object lsec0", member: "policy", before: "0x1", now: "0x3"),
        ].sorted { $0.part < $1.part })
  }

  @Test func listsOfCapabilitiesAreComparedByWhatTheyName() throws {
    let before = try capabilities(
      "<sev supported='yes'><cbitpos>51</cbitpos></sev><launchSecurity><enum name='sectype'>"
        + "<value>sev</value><value>sev-snp</value></enum></launchSecurity>")
    let now = try capabilities(
      "<sev supported='no'/><launchSecurity><enum name='sectype'><value>tdx</value>"
        + "<value>sev</value></enum></launchSecurity>")
    let features = "features"
    #expect(
      now.changes(since: before) == [
        .init(
          part: "\(features)/launchSecurity/enum sectype", member: "value sev-snp",
          before: "listed", now: nil),
        .init(
          part: "\(features)/launchSecurity/enum sectype", member: "value tdx", before: nil,
          now: "listed"),
        .init(part: "\(features)/sev", member: "@supported", before: "yes", now: "no"),
        .init(part: "\(features)/sev/cbitpos", member: nil, before: "text=51", now: nil),
      ])
  }

  @Test func whatIsNoXMLOrNoCommandLineIsNoAnswer() {
    #expect(
      LibvirtAnswer(
        scenario: "a", platform: "b", type: .sev, domain: "<domain", arguments: ["/usr/bin/qemu"])
        == nil)
    #expect(
      LibvirtAnswer(scenario: "a", platform: "b", type: .sev, domain: xml, arguments: []) == nil)
    #expect(LibvirtAnswer(scenario: "a", platform: "b", type: .sev, capabilities: "") == nil)
  }
}
