import Foundation
import LodgeHost
import LodgeModel

extension AptArchive {
  /// Writes what the private apt reads instead of the host's configuration.
  ///
  /// - Throws: ``StorageFailure`` where it cannot be written.
  func writeConfiguration() async throws {
    for name in ["lists/partial", "cache/archives/partial", "empty"] {
      try makeFolder("\(folder)/\(name)")
    }
    // The private apt reads nothing of the host's configuration but how to reach the network.
    let host = try await Command("apt-config", ["dump"]).succeed().text
    let network = host.split(separator: "\n").filter { line in
      ["Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Force"].contains {
        line.hasPrefix($0)
      }
    }
    let settings = [
      "Dir::Etc::Main \"/dev/null\";", "Dir::Etc::Parts \"\(folder)/empty\";",
      "Dir::Etc::sourcelist \"\(folder)/sources.list\";",
      "Dir::Etc::sourceparts \"\(folder)/empty\";",
      "Dir::Etc::preferences \"\(folder)/preferences\";",
      "Dir::Etc::preferencesparts \"\(folder)/empty\";",
      "Dir::State \"\(folder)\";", "Dir::State::status \"\(folder)/status\";",
      "Dir::State::lists \"\(folder)/lists\";", "Dir::Cache \"\(folder)/cache\";",
      "APT::Architecture \"\(Self.architecture)\";",
      "APT::Architectures { \"\(Self.architecture)\"; };",
      "APT::Install-Recommends \"false\";", "APT::Sandbox::User \"\";",
      "Acquire::Languages \"none\";", "Acquire::Retries \"3\";",
      "Acquire::Check-Valid-Until \"\(!wish.acceptExpired)\";",
    ]
    let texts = [
      "apt.conf": (settings + network.map(String.init)).joined(separator: "\n") + "\n",
      "sources.list": Self.text(of: sources, wish: wish),
      "preferences": preferences, "status": "",
    ]
    for (name, text) in texts {
      let file = URL(filePath: "\(folder)/\(name)")
      // An unchanged file keeps its time, so that apt's own cache stays valid.
      if (try? String(contentsOf: file, encoding: .utf8)) == text { continue }
      do { try Data(text.utf8).write(to: file, options: .atomic) } catch {
        throw StorageFailure("cannot write", file.path(percentEncoded: false), error)
      }
    }
  }

  /// Suites that only single members come from serve others only where nothing else does.
  private var preferences: String {
    let single = wish.allSuites.dropFirst(wish.suites.count).map { ($0, 100) }
    // Below zero: never taken.
    return (single + wish.stock.map { ($0, -1) }).map { suite, priority in
      ["n", "a"].map { "Package: *\nPin: release \($0)=\(suite)\nPin-Priority: \(priority)\n" }
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The list of sources, which also tells one private state from another.
  static func text(
    of sources: [(suite: String, source: AptSource)], wish: AptWish
  ) -> String {
    // Sources are indexed apart, and most sets want none.
    let kinds = wish.sources.isEmpty ? ["deb"] : ["deb", "deb-src"]
    return sources.flatMap { suite, source -> [String] in
      // Keys written into the entry itself cannot stand in the one-line form.
      let isFile = source.signedBy.hasPrefix("/")
      let keyrings = source.signedBy.split(whereSeparator: \.isWhitespace).joined(separator: ",")
      let options = [
        "arch=\(architecture)", "check-valid-until=\(wish.acceptExpired ? "no" : "yes")",
        isFile ? "signed-by=\(keyrings)" : nil,
      ].compactMap(\.self)
      let components = source.components.joined(separator: " ")
      return kinds.map { kind in
        "\(kind) [\(options.joined(separator: " "))] \(source.uri) \(suite) \(components)\n"
      }
    }.joined()
  }

  /// Where the signed index of a suite is kept; nil where it was never fetched.
  func release(_ suite: String) -> String? {
    let tail = "_dists_\(suite.replacing("/", with: "_"))_"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lists")) ?? []
    return ["\(tail)InRelease", "\(tail)Release"].lazy.compactMap { end in
      names.sorted().first { $0.hasSuffix(end) }
    }.first.map { "\(folder)/lists/\($0)" }
  }

  /// The fields of the signed index of a suite.
  func releaseFields(_ suite: String) -> [String: String] {
    guard let path = release(suite), let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { return [:] }
    return ControlStanza.parse(text).first { $0["Origin"] != nil || $0["Suite"] != nil }?.fields
      ?? [:]
  }
}
