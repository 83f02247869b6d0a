import LodgeContracts
import LodgeModel
import Testing

struct QuoteSocketTests {
  let contract = Contract.quoteSocket

  private func cell(
    socket: String? = "/var/run/tdx-qgs/qgs.socket", port: Int? = nil, group: String? = "qgsd",
    mode: String? = nil, folderMode: String? = nil, members: [String] = []
  ) throws -> Cell {
    let service = QuoteService(
      source: Source(file: "etc/qgs.conf", package: "tdx-qgs 1.26"), socket: socket, port: port,
      user: "qgsd", group: group, mode: mode, folderMode: folderMode, members: members)
    return try contract.cell(of: .tdxReady.setting(\.quoteService, to: .found(service)))
  }

  @Test func theUsualSocketThatQEMUMayConnectToPasses() throws {
    #expect(try cell().findings == [])
    #expect(try cell(mode: "0660", members: ["libvirt-qemu"]).findings == [])
    #expect(try cell(group: "libvirt-qemu", mode: "0660", folderMode: "0750").findings == [])
    #expect(try cell(socket: "/run/tdx-qgs/qgs.socket", port: 4050, mode: "0666").findings == [])
  }

  @Test func vsockAloneFails() throws {
    let cell = try cell(socket: nil, port: 4050)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason
        == "the quote service listens on vsock port 4050, while libvirt gives QEMU a UNIX "
        + "socket only")
    #expect(cell.findings.map(\.where) == ["tdx-qgs 1.26: etc/qgs.conf: port"])
  }

  @Test func anotherPathMustBeNamed() throws {
    let cell = try cell(socket: "/run/qgs.socket")
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings.first?.remedy.contains("path='/run/qgs.socket'") == true)
  }

  @Test func theDriverTellsWhereItLooks() throws {
    let elsewhere = Evidence.tdxReady.changing(\.libvirtKeys) { $0.quoteSocket = "/run/q/qgs.sock" }
    let service = QuoteService(
      source: Source(file: "etc/qgs.conf", package: nil), socket: "/var/run/tdx-qgs/qgs.socket",
      port: nil, user: "qgsd", group: "qgsd", mode: nil, folderMode: nil, members: [])
    let cell = try contract.cell(of: elsewhere.setting(\.quoteService, to: .found(service)))
    #expect(cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings.first?.sides.last?.says.hasPrefix("/run/q/qgs.sock") == true)
  }

  @Test func aSocketThatIsClosedToQEMUFails() throws {
    #expect(try cell(mode: "0755").outcome == .fail)
    #expect(try cell(mode: "0666", folderMode: "0700").outcome == .fail)
    let unproven = try cell(mode: "0660")
    #expect(unproven.outcome == .pass && unproven.findings.map(\.grade) == [.warn])
  }

  @Test func aSetWithoutAServiceIsToldWhatThatMeans() throws {
    let cell = try contract.cell(of: .sid)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.info])
    let unreadable = Evidence.sid.setting(\.quoteService, to: .unreadable("bad"))
    #expect(try contract.outcome(of: unreadable) == .error)
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }
}
