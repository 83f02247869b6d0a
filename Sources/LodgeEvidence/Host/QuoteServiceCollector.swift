import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads where the program that signs quotes of TDX guests listens, and for whom.
  ///
  /// **Source:** Intel's DCAP 1.26, QuoteGeneration/quote_wrapper/qgs/server_main.cpp: a port in
  /// /etc/qgs.conf or on the command line makes it listen on vsock, and else on one socket.
  package static let quoteService = Collector(\.quoteService) { root in
    guard let files = QuoteServiceFiles(in: root) else {
      return .absent("no package of this set has a unit qgs*.service, qgs*.socket or etc/qgs.conf")
    }
    return .found(try files.service())
  }
}

/// The files that configure the service in a root.
private struct QuoteServiceFiles {
  private let root: Root
  /// The name of the unit without its ending, such as `qgsd`; nil where there is none.
  private let unit: String?

  init?(in root: Root) {
    self.root = root
    let units = Self.folders.flatMap { root.directory.list($0) }
      .filter { $0.wholeMatch(of: /(tdx-)?qgs[a-z]*\.(service|socket)/) != nil }
    unit = units.first.map { String($0.prefix { $0 != "." }) }
    guard unit != nil || root.directory.kind(Self.configuration) != nil else { return nil }
  }

  private static let folders = [
    "etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system",
  ]
  private static let configuration = "etc/qgs.conf"
  /// What is built into the program.
  private static let builtInSocket = "/var/run/tdx-qgs/qgs.socket"

  func service() throws -> QuoteService {
    let (socketFile, socket) = try unitFile("socket")
    let (serviceFile, service) = try unitFile("service")
    let user = service.values(of: "User").last
    let folder = Self.octal(service.values(of: "RuntimeDirectoryMode").last)

    var found = QuoteService(
      source: root.source(serviceFile ?? socketFile ?? Self.configuration), socket: nil, port: nil,
      user: user, group: service.values(of: "Group").last ?? user, folderMode: folder)
    if let socketFile, !socket.values(of: "ListenStream").isEmpty {
      found.source = root.source(socketFile)
      for address in socket.values(of: "ListenStream") { found.listen(on: address) }
      found.user = socket.values(of: "SocketUser").last ?? "root"
      found.group = socket.values(of: "SocketGroup").last ?? "root"
      found.mode = Self.octal(socket.values(of: "SocketMode").last) ?? "0666"
      found.folderMode = Self.octal(socket.values(of: "DirectoryMode").last) ?? "0755"
    } else if let (port, source) = try port(of: service, at: serviceFile) {
      (found.port, found.source) = (port, source)
      return found
    } else {
      found.socket = Self.builtInSocket
      found.mode = service.values(of: "UMask").last.flatMap { Int($0, radix: 8) }
        .map { "0" + String(0o777 & ~$0, radix: 8) }
    }
    if let group = found.group { found.members = try members(of: group) }
    return found
  }

  /// A unit with its drop-ins; without a path where there is none.
  private func unitFile(_ ending: String) throws -> (String?, UnitFile) {
    guard let unit else { return (nil, UnitFile("")) }
    var (path, file): (String?, UnitFile) = (nil, UnitFile(""))
    for place in Self.folders.map({ "\($0)/\(unit).\(ending)" }) where path == nil {
      guard let text = try root.text(place) else { continue }
      (path, file) = (place, UnitFile(text))
    }
    let dropIns = Self.folders.map { "\($0)/\(unit).\(ending).d" }
    for place in try root.layered(dropIns, ending: ".conf") {
      if let text = try root.text(place) { file.add(text) }
    }
    return (path, file)
  }

  /// The vsock port, and what names it: the command line counts more than the configuration.
  private func port(
    of service: UnitFile, at serviceFile: String?
  ) throws -> (port: Int, source: Source)? {
    var commands = service.values(of: "ExecStart") + service.values(of: "Environment")
    var places = [serviceFile].compactMap(\.self)
    for file in service.values(of: "EnvironmentFile") {
      let path = String(file.drop { $0 == "-" || $0 == "/" })
      guard let text = try root.text(path) else { continue }
      commands += ShellAssignments(text).values.values.sorted()
      places.append(path)
    }
    for command in commands {
      if let match = command.firstMatch(of: /(?:^|[\s"'=])-p=(\d{1,5})\b/),
        let port = Int(match.1), let place = places.last
      {
        return (port, root.source(place))
      }
    }
    let lines = UnitFile(try root.text(Self.configuration) ?? "")
    guard let text = lines.values(of: "port").last, let port = Int(text) else { return nil }
    return (port, root.source(Self.configuration))
  }

  /// The users that sysusers.d(5) puts into a group, by lines `m USER GROUP`.
  private func members(of group: String) throws -> [String] {
    var users: Set<String> = []
    let folders = ["etc/sysusers.d", "usr/lib/sysusers.d"]
    for file in try root.layered(folders, ending: ".conf") {
      for line in try root.text(file)?.split(separator: "\n") ?? [] {
        let words = line.split(whereSeparator: \.isWhitespace)
        if words.count >= 3, words[0] == "m", words[2] == group { users.insert(String(words[1])) }
      }
    }
    return users.sorted()
  }

  /// A mode with a leading zero; nil for what is none.
  private static func octal(_ text: String?) -> String? {
    text.flatMap { Int($0, radix: 8) }.map { "0" + String($0, radix: 8) }
  }
}

extension QuoteService {
  /// Adds an address of `ListenStream`: a path, or `vsock:CID:PORT`.
  fileprivate mutating func listen(on address: String) {
    if address.hasPrefix("/") {
      socket = socket ?? address
    } else if address.hasPrefix("vsock:"), let last = address.split(separator: ":").last {
      port = port ?? Int(last)
    }
  }
}
