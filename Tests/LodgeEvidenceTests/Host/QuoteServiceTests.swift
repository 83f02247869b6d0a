import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct QuoteServiceTests {
  private func service(of files: [String: String]) async throws -> Fact<QuoteService> {
    try await Collector.quoteService.evidence(of: files.mapValues { Data($0.utf8) }).quoteService
  }

  private let unit = "usr/lib/systemd/system/qgsd.service"

  @Test func aRootWithoutOneHasNone() async throws {
    guard case .absent = try await service(of: ["etc/passwd": ""]) else {
      Issue.record("a service was found")
      return
    }
  }

  @Test func aPortInTheConfigurationMeansVsock() async throws {
    let found = try await service(of: [
      unit: "[Service]\nUser=qgsd\nExecStart=/opt/intel/tdx-qgs/qgs\n",
      "etc/qgs.conf": "#set port number\nport = 4050\nnumber_threads = 4\n",
    ]).value
    #expect(found?.socket == nil && found?.port == 4050 && found?.source.file == "etc/qgs.conf")
  }

  @Test func withoutAPortItIsTheSocketThatIsBuiltIn() async throws {
    let found = try await service(of: [
      unit: "[Service]\nUser=qgsd\nUMask=0022\nExecStart=/opt/intel/tdx-qgs/qgs\n",
      "etc/systemd/system/qgsd.service.d/socket.conf":
        "[Service]\nRuntimeDirectoryMode=0755\nUMask=0117\n",
      "etc/qgs.conf": "#port = 4050\n",
      "usr/lib/sysusers.d/qgs.conf": "u qgsd -\nm libvirt-qemu qgsd\nm other kvm\n",
    ]).value
    let wanted = QuoteService(
      source: Source(file: unit), socket: "/var/run/tdx-qgs/qgs.socket", port: nil, user: "qgsd",
      group: "qgsd", mode: "0660", folderMode: "0755", members: ["libvirt-qemu"])
    #expect(found == wanted)
  }

  @Test func theCommandLineCountsMore() async throws {
    let found = try await service(of: [
      "usr/lib/systemd/system/qgs.service":
        "[Service]\nEnvironmentFile=-/etc/sysconfig/qgs\nExecStart=/usr/sbin/qgs $QGS_ARGS\n",
      "etc/sysconfig/qgs": "QGS_ARGS=\"-p=4051 -n=4\"\n", "etc/qgs.conf": "port = 4050\n",
    ]).value
    #expect(found?.port == 4051 && found?.source.file == "etc/sysconfig/qgs")
  }

  @Test func aSocketUnitSaysWhoMayConnect() async throws {
    let found = try await service(of: [
      "usr/lib/systemd/system/qgs.service": "[Service]\nUser=qgs\n",
      "usr/lib/systemd/system/qgs.socket": """
      [Socket]
      ListenStream=/run/tdx-qgs/qgs.socket
      ListenStream=vsock::4050
      SocketGroup=qemu
      SocketMode=0660
      """,
    ]).value
    #expect(found?.socket == "/run/tdx-qgs/qgs.socket" && found?.port == 4050)
    #expect(found?.user == "root" && found?.group == "qemu" && found?.mode == "0660")
  }

  @Test(arguments: ["port = x", "port = ", "= 3", "port 4050", "\u{0}\u{1}"])
  func damageIsNoPort(line: String) async throws {
    let found = try await service(of: ["etc/qgs.conf": line]).value
    #expect(found?.port == nil && found?.socket != nil)
  }
}
