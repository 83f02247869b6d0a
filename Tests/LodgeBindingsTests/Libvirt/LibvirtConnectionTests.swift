import Foundation
import LodgeBindings
import LodgeTesting
import Testing

/// The Swift face over the real library, with the driver for tests that libvirt has built in.
///
/// Only one of the tests validates: the test driver does so in this process, and libxml2 sets up
/// its data types in a way that two threads cannot be the first to do.
struct LibvirtConnectionTests {
  /// Each `test:///` connection to a file of its own has domains of its own.
  private let folder: TemporaryFolder
  private let uri: String
  private let soon = Duration.seconds(10)

  init() throws {
    folder = try TemporaryFolder()
    uri = "test://" + (try folder.write("<node></node>", to: "node.xml"))
  }

  private func xml(_ name: String) -> String {
    """
    <domain type='test'><name>\(name)</name><memory>8388608</memory>\
    <os><type>hvm</type></os></domain>
    """
  }

  @Test func defaultHostHasOneDomain() async throws {
    let connection = try await LibvirtConnection("test:///default", within: soon)
    let names = try await connection.domains(within: soon).map(\.name)
    #expect(names == ["test"])
    #expect(try await connection.capabilities(within: soon).contains("<capabilities>"))
    #expect(try await connection.version(within: soon).split(separator: ".").count == 3)
  }

  @Test(.timeLimit(.minutes(1))) func aDomainLivesFromDefineToUndefine() async throws {
    let connection = try await LibvirtConnection(uri, within: soon)
    let events = connection.events()
    let domain = try await connection.define(xml("one"), within: soon)
    #expect(domain.name == "one")
    #expect(domain.uuid.count == 36)
    #expect(try await domain.xml(within: soon).contains(domain.uuid))
    #expect(try await domain.state(within: soon).name == .shutoff)
    #expect(try await domain.isPersistent(within: soon))
    try await domain.start(within: soon)
    #expect(try await domain.state(within: soon) == .init(.running, reason: "booted"))
    try await domain.suspend(within: soon)
    #expect(try await domain.state(within: soon) == .init(.paused, reason: "user"))
    try await domain.resume(within: soon)
    try await domain.destroy(within: soon)
    #expect("\(try await domain.state(within: soon))" == "shutoff (destroyed)")
    try await domain.undefine(variables: .unmentioned, within: soon)
    var told: [String] = []
    for await event in events {
      told.append("\(event)")
      if case .lifecycle(.undefined, _) = event.kind { break }
    }
    #expect(
      told == [
        "one: defined (added)", "one: started (booted)", "one: suspended (paused)",
        "one: resumed (unpaused)", "one: stopped (destroyed)", "one: undefined (removed)",
      ])
  }

  @Test(.timeLimit(.minutes(1))) func everyListenerHearsTheSame() async throws {
    let connection = try await LibvirtConnection(uri, within: soon)
    let (first, second) = (connection.events(), connection.events())
    _ = try await connection.define(xml("heard"), validating: false, within: soon)
    for events in [first, second] {
      let event = await events.first { _ in true }
      #expect(event?.kind == .lifecycle(.defined, detail: "added"))
    }
  }

  @Test func anErrorHasDomainCodeAndMessage() async throws {
    let connection = try await LibvirtConnection(uri, within: soon)
    let failure = await #expect(throws: LibvirtFailure.self) {
      try await connection.domain(named: "nobody", within: soon)
    }
    let error = try #require(failure?.error)
    #expect(error.domain.name == "VIR_FROM_TEST")
    #expect(error.code == LibvirtErrorCode(name: "VIR_ERR_NO_DOMAIN"))
    #expect(error.level == .error)
    #expect(error.message.hasPrefix("Domain not found"))
    #expect("\(error)".hasPrefix("cannot find the domain nobody: Domain not found"))
  }

  @Test(arguments: ["", "<domain", "<domain/>", "<domain type='test'><name>x</name></domain>"])
  func wrongDescriptionsAreRefused(text: String) async throws {
    let connection = try await LibvirtConnection(uri, within: soon)
    let failure = await #expect(throws: LibvirtFailure.self) {
      try await connection.define(text, validating: false, within: soon)
    }
    #expect(failure?.error?.message.isEmpty == false)
  }

  @Test func aClosedConnectionRefuses() async throws {
    let connection = try await LibvirtConnection(uri, within: soon)
    connection.close()
    await #expect(throws: LibvirtFailure.closed(doing: "list domains")) {
      try await connection.domains(within: soon)
    }
    #expect(await connection.events().first { _ in true } == nil)
  }

  @Test func manyCallsAtOnceAnswerEach() async throws {
    let connection = try await LibvirtConnection(uri, within: soon)
    let names = try await withThrowingTaskGroup { group in
      for number in 0..<40 {
        group.addTask {
          let domain = try await connection.define(
            xml("d\(number)"), validating: false, within: .seconds(30))
          try await domain.start(within: .seconds(30))
          return domain.name
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(names.count == 40)
    #expect(try await connection.domains(within: soon).count == 40)
  }

  @Test func numbersWithoutANameStayReadable() {
    #expect(LibvirtErrorCode(rawValue: 42).name == "VIR_ERR_NO_DOMAIN")
    #expect(LibvirtErrorCode(rawValue: 67).name == "VIR_ERR_CONFIG_UNSUPPORTED")
    #expect(LibvirtErrorDomain(rawValue: 10).name == "VIR_FROM_QEMU")
    #expect(LibvirtErrorCode(rawValue: 999).name == "VIR_ERR_999")
    #expect(LibvirtErrorCode(rawValue: -1).name == "VIR_ERR_-1")
  }
}
