import ArgumentParser
import Foundation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgePublishing
import LodgeServing

/// `lodge serve`: the site on this host, as the ledger grows.
struct ServeVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Shows the ledger as a web site on the loopback, with the runs that are under way.",
    discussion: "Read-only, until Ctrl-C. What it shows is made in the store's scratch folder.")

  @Option(help: ArgumentHelp("The port; 0 takes any that is free.", valueName: "n"))
  var port = 8023

  @OptionGroup var site: SiteOptions
  @OptionGroup var ledger: LedgerOptions

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
  }

  mutating func run() async throws {
    let record = try ledger.open()
    let scratch = try Store(at: Store.defaultPath).scratch
    let folder = scratch.fresh("site")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let progress = Progress()
    let place = try SiteFolder(at: folder)
    let live = LiveSite(
      Publication(record, to: place, try await site.supplies(record, to: place, progress)))
    try await live.refresh()
    progress.finish()
    let server = SiteServer(folder: folder, port: port) { try await live.refresh() }
    do {
      try await server.run { port in
        StandardStreams.say("lodge: http://127.0.0.1:\(port)/ until Ctrl-C\n")
      }
    } catch {
      guard !Task.isCancelled else { throw CancellationError() }
      throw InputFailure("cannot serve on port \(port): \(error); --port 0 takes one that is free")
    }
  }
}

/// A site that is made current when somebody looks at it.
private actor LiveSite {
  private let publication: Publication
  private var shown: State?
  private var work: Task<Void, any Error>?

  /// What the pages were made from.
  private struct State: Equatable {
    var version: Int64
    var underWay: [Int64]
  }

  init(_ publication: Publication) { self.publication = publication }

  /// Makes the pages anew where the ledger or the runs under way are not what they show.
  func refresh() async throws {
    // Readers that come while pages are made wait for them.
    if let work { return try await work.value }
    let underWay = try publication.ledger.underWay { ProcessIdentity($0).isAlive }
    let state = State(
      version: try publication.ledger.version(), underWay: underWay.map(\.run))
    guard state != shown else { return }
    let publication = publication
    let work = Task { _ = try await publication.write(underWay: underWay) }
    self.work = work
    defer { self.work = nil }
    try await work.value
    shown = state
  }
}
