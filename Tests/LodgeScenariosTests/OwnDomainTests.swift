import LodgeModel
import LodgeScenarios
import LodgeXML
import Testing

/// Domain XML of users, as virsh dumpxml prints it.
struct OwnDomainTests {
  private func domain(_ launch: String = "", devices: String = "") -> String {
    """
    <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
      <name>mine</name>
      <devices>\(devices)</devices>
      \(launch)
      <qemu:commandline><qemu:arg value='-foo'/></qemu:commandline>
    </domain>
    """
  }

  @Test(arguments: [
    ("", DomainType.plain), ("<launchSecurity type='tdx'/>", .tdx),
    ("<launchSecurity type='sev-snp'><policy>0x30000</policy></launchSecurity>", .sevSNP),
    ("<launchSecurity type='sev'><policy>0x0003</policy></launchSecurity>", .sev),
    ("<launchSecurity type='sev'><policy>0x7</policy></launchSecurity>", .sevES),
    ("<launchSecurity type='sev'><policy>5</policy></launchSecurity>", .sevES),
    ("<launchSecurity type='sev'/>", .sev),
  ])
  func theTypeIsThatOfLaunchSecurity(_ launch: String, _ type: DomainType) throws {
    let own = try OwnDomain(xml: domain(launch), file: "mine.xml")
    #expect(own.type == type && own.name == "mine" && own.notes.isEmpty)
    #expect(own.xml == domain(launch), "what needs no change is given as it is")
  }

  @Test func whatIsTheHostsIsLeftOutAndSaid() throws {
    let devices = """
      <disk type='file'><source file='/x'/><target dev='vda' bus='virtio'/></disk>
      <interface type='network'><mac address='52:54:00:00:00:01'/></interface>
      <hostdev mode='subsystem' type='pci'/><serial type='pty'/>
      """
    let own = try OwnDomain(xml: domain(devices: devices), file: "mine.xml")
    #expect(
      own.notes.map { $0.prefix { $0 != ":" } } == [
        "disk vda is left out", "interface 52", "hostdev is left out",
      ])
    let left = try XMLElement(parsing: own.xml)
    #expect(left.values(at: "devices/serial/@type") == ["pty"])
    #expect(left.values(at: "devices/disk/@type").isEmpty)
    #expect(left.values(at: "qemu:commandline/qemu:arg/@value") == ["-foo"])
    #expect(own.xml.contains("xmlns:qemu="))
  }

  @Test(arguments: [
    ("<domain", "it is no XML"), ("<network/>", "it is <network>, not the <domain>"),
    ("<domain type='qemu'><name>a</name></domain>", "its type is qemu; only kvm"),
    ("<domain type='kvm'/>", "no name"),
    ("<domain type='kvm'><name>../a</name></domain>", "no name"),
    (
      "<domain type='kvm'><name>a</name><launchSecurity type='s390-pv'/></domain>",
      "launchSecurity of type s390-pv is none of"
    ),
  ])
  func whatIsNoDomainIsRefused(_ text: String, _ words: String) {
    let failure = #expect(throws: OwnDomainFailure.self) {
      try OwnDomain(xml: text, file: "mine.xml")
    }
    #expect(failure?.description.hasPrefix("mine.xml: ") == true)
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
  }

  @Test func itIsLaunchedUnderItsOwnNameWhateverStandsInIt() throws {
    let text = domain("<description>${policy:hex}</description>")
    let scenario = try OwnDomain(xml: text, file: "mine.xml").scenario(on: ["milan"])
    #expect(scenario.platforms == ["milan"] && scenario.domainName("guest") == "mine")
    let guest = try #require(scenario.domains.first)
    #expect(try guest.template.fill([:], domain: "other") { _ in nil } == text)
  }

  @Test func aScenarioLeftStandingEndsBeforeItsEnding() throws {
    let scenario = try OwnDomain(xml: domain(), file: "mine.xml").scenario(on: ["milan"])
    #expect(scenario.leftStanding.steps.map(\.action.word) == ["define", "start", "state"])
    #expect(scenario.leftStanding.leftStanding == scenario.leftStanding)
  }
}
