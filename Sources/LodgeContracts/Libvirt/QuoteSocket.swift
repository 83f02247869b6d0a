package import LodgeModel

extension Contract {
  /// The quote service listens where libvirt sends QEMU, and lets it connect.
  package static let quoteSocket = Contract(
    id: "libvirt.quote-socket", catalogue: "R54",
    claim: "The quote service of the set listens on the socket that libvirt gives QEMU, which may "
      + "connect to it",
    from: [.libvirt], to: [.qemu],
    basis: "libvirt docs/formatdomain.rst (quoteGenerationService: a UNIX socket, by default "
      + "/var/run/tdx-qgs/qgs.socket); Intel DCAP, quote_wrapper/qgs/server_main.cpp: a port in "
      + "/etc/qgs.conf makes it listen on vsock alone",
    remedy: "take `port` out of qgs.conf, and put QEMU's user into the group of the socket "
      + "(`m USER GROUP` in sysusers.d)",
    knownCase: "DCAP before 1.26 ships qgs.conf with port = 4050, so that its service listens on "
      + "vsock, which libvirt has no XML for; Fedora comments the line out",
    protecting: [.tdx], reads: .promises + [.libvirtKeys, .quoteService, .hostSettings]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    guard let service = try facts.ifThere(\.quoteService) else {
      return .judged([
        Finding(
          .info, "the set has no quote service: GetQuote of a guest fails where the host has none",
          where: "etc/qgs.conf", sides: [.init(who: "quote service", says: "not in the set")])
      ])
    }
    guard let socket = service.socket else {
      let listens = service.port.map { "listens on vsock port \($0)" } ?? "listens on no socket"
      return .judged([
        Finding(
          .fail, "the quote service \(listens), while libvirt gives QEMU a UNIX socket only",
          where: service.source.at("port"),
          sides: [
            .init(who: "quote service", says: listens),
            .init(.libvirt, "sets quote-generation-socket to a path"),
          ])
      ])
    }
    var findings: [Finding] = []
    let usual = facts.ifKnown(\.libvirtKeys)?.quoteSocket ?? QuoteService.libvirtsDefault
    if socket.canonicalRun != usual.canonicalRun {
      findings.append(
        Finding(
          .warn, "the quote service listens on \(socket), which each domain must name",
          where: service.source.at(socket),
          sides: [
            .init(who: "quote service", says: socket),
            .init(.libvirt, "\(usual.canonicalRun) where a domain names none"),
          ], remedy: "give <quoteGenerationService path='\(socket)'/> in each domain"))
    }
    if let account = facts.ifKnown(\.hostSettings)?.qemu,
      let obstacle = service.obstacle(for: account)
    {
      findings.append(obstacle)
    }
    return .judged(findings)
  }.launching("tdx/quote-service").onHost(
    .metal, needs: "a TDX host with a quote service, and a guest that asks for a quote of its own")
}

extension String {
  /// A path with `/var/run` as the link that it is.
  var canonicalRun: String { hasPrefix("/var/run/") ? String(dropFirst("/var".count)) : self }
}

extension QuoteService {
  /// Where QEMU looks for the service unless the driver or a domain names another socket.
  ///
  /// **Source:** libvirt docs/formatdomain.rst, 11.6 and later.
  static let libvirtsDefault = "/run/tdx-qgs/qgs.socket"

  /// Why QEMU's user cannot connect, or cannot be told to; nil where it can or nothing is said.
  fileprivate func obstacle(for account: HostSettings.QEMUAccount) -> Finding? {
    guard account.user != "root", account.user != user else { return nil }
    let isMember = group.map { $0 == account.group || members.contains(account.user) } ?? false
    for (mode, what, wanted) in [(folderMode, "folder of the socket", 1), (mode, "socket", 2)] {
      guard let mode, let bits = Int(mode, radix: 8), bits & wanted == 0 else { continue }
      let isOpenToGroup = bits & wanted << 3 != 0
      guard !isOpenToGroup || !isMember else { continue }
      let owners = "\(user ?? "?"):\(group ?? "?") \(mode)"
      return Finding(
        isOpenToGroup ? .warn : .fail,
        isOpenToGroup
          ? "the \(what) of the quote service is for group \(group ?? "?"), and the set does not "
            + "put \(account.user) into it"
          : "the \(what) of the quote service is closed to \(account.user), which QEMU runs as",
        where: source.at(what),
        sides: [
          .init(who: "quote service", says: owners),
          .init(.libvirt, "runs QEMU as \(account.user):\(account.group)"),
        ])
    }
    return nil
  }
}
