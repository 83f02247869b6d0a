import Foundation
import LodgeHost
import LodgeTesting
import Testing
import Yams

/// The files of docs/examples, as those read them whom they are for.
struct ExampleTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func example(_ name: String) throws -> String {
    let file = Self.repository.appending(path: "docs/examples").appending(path: name)
    return try String(contentsOf: file, encoding: .utf8)
  }

  /// What systemd says of the units, with the program of this tree in place of an installed one.
  private func complaints(adding line: String = "") async throws -> String {
    let service = try example("lodge.service")
    #expect(service.contains("\nExecStart=/usr/bin/lodge "))
    let files = [
      try folder.write(
        service.replacing("/usr/bin/lodge ", with: "\(try Program.path) ") + line,
        to: "lodge.service"),
      try folder.write(try example("lodge.timer"), to: "lodge.timer"),
    ]
    let finished = try await Command("systemd-analyze", ["verify", "--man=no"] + files).run()
    return finished.ending == .exited(0)
      ? finished.errors : "\(finished.ending): \(finished.errors)"
  }

  @Test func systemdTakesTheUnits() async throws {
    #expect(try await complaints() == "")
    #expect(try await complaints(adding: "\nNoSuchKey=yes\n").contains("NoSuchKey"))
  }

  /// The lines of all scripts of the pipeline that start Lodge, by job.
  private func scripts() throws -> [(job: String, line: String)] {
    let file = try #require(try Yams.load(yaml: example("gitlab-ci.yml")) as? [String: Any])
    let stages = try #require(file["stages"] as? [String])
    return try stages.flatMap { stage in
      let job = try #require(file[stage] as? [String: Any])
      #expect(job["stage"] as? String == stage)
      return try #require(job["script"] as? [String]).map { (stage, $0) }
    }
  }

  @Test func theProgramKnowsEveryLineOfThePipeline() async throws {
    let lines = try scripts()
    #expect(lines.map(\.job) == ["judge", "judge", "gate"])
    let verbs = try await Program.run(["--help"], cache: nil, state: folder.path).text
    for (_, line) in lines {
      let words = line.prefix { $0 != ">" }.split(separator: " ").map(String.init)
      #expect(words.first == "lodge")
      let verb = try #require(words.dropFirst().first)
      #expect(verbs.contains("\n  \(verb) "), "\(verb)")
      let help = try await Program.run([verb, "--help"], cache: nil, state: folder.path).text
      for option in words where option.hasPrefix("--") {
        #expect(help.contains("\(option) "), "\(line)")
      }
      for file in words where file.hasPrefix("Matrices/") {
        let path = Self.repository.appending(path: file).path(percentEncoded: false)
        #expect(FileManager.default.fileExists(atPath: path), "\(file)")
      }
    }
  }

  @Test func thePipelineShowsWhatTheProgramWrites() throws {
    let file = try #require(try Yams.load(yaml: example("gitlab-ci.yml")) as? [String: Any])
    let judge = try #require(file["judge"] as? [String: Any])
    let artifacts = try #require(judge["artifacts"] as? [String: Any])
    let report = try #require((artifacts["reports"] as? [String: String])?["junit"])
    #expect(try scripts().contains { $0.line.hasSuffix("--format junit > \(report)") })
  }
}
