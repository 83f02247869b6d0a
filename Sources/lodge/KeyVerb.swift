import ArgumentParser
import Foundation
import LodgeAttestation
import LodgeHost
import LodgeModel

/// `lodge key`: the key that a lab signs with.
struct KeyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Makes and shows the keys that labs sign their results with.",
    subcommands: [New.self, Show.self])

  /// `lodge key new`: makes a pair of keys.
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key: the private half for this lab alone, the public one for everybody.")

    @Option(
      help: ArgumentHelp(
        "The name of the lab; that of the file, or lab, where none is given.", valueName: "name"))
    var lab: LabName?

    @Option(
      help: ArgumentHelp(
        "The file of the private half; NAME.key in the folder of your keys where none is given.",
        valueName: "file"))
    var output: String?

    func run() throws {
      let folder = try output.map(Self.folder) ?? Self.madeFolder()
      let name = try lab ?? Self.name(of: output ?? "lab.key")
      let place = output ?? "\(folder)/\(name).key"
      let publicPlace = "\(folder)/\(name).pub"
      let key = SigningKey()
      try key.write(to: place, publicTo: publicPlace)
      let text = """
        key     \(key.publicKey.id.hex)
        lab     \(name)
        private \(place) (keep it here; who has it can sign as \(name))
        public  \(publicPlace)
        next    put the public file among those of Matrices/keys and have that reviewed: whoever's
                key lies there is trusted, and the name of the file is the name of the lab

        """
      try StandardStreams.answer(Data(text.utf8))
    }

    private static func folder(of file: String) -> String {
      guard let end = file.lastIndex(of: "/") else { return "." }
      return String(file[..<end])
    }

    private static func madeFolder() throws -> String {
      try makeFolder(OwnKeys.folder)
      return OwnKeys.folder
    }

    private static func name(of file: String) throws -> LabName {
      let stem = URL(filePath: file).deletingPathExtension().lastPathComponent
      guard let name = LabName(stem) else {
        throw InputFailure(
          "\(file.printable) names no lab: \(LabName.rule); name it with --lab NAME")
      }
      return name
    }
  }

  /// `lodge key show [FILE...]`: names and ids.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints which keys are in files; in the folder of your keys where none is named.")

    @Argument(help: ArgumentHelp("Files of public or private keys.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var output: OutputOptions

    func run() throws {
      let keys = try (files.isEmpty ? OwnKeys.files() : files).map(ShownKey.init)
      try output.answer(keys) {
        keys.map { "\($0.key)  \($0.half.rawValue)  \($0.name)  \($0.file)\n" }.joined()
      }
    }
  }
}

/// What `lodge key show` prints of a file.
private struct ShownKey: Encodable {
  enum Half: String, Encodable {
    case `private`
    case `public`
  }

  var key: String
  var half: Half
  var name: String
  var file: String

  /// Reads a file of either half.
  init(_ path: String) throws {
    do throws(KeyFileFailure) {
      (key, half) = (try PublicKey(file: path).id.hex, .public)
    } catch {
      guard case .content(.otherLabel) = error.cause else { throw error }
      (key, half) = (try SigningKey(file: path).publicKey.id.hex, .private)
    }
    name = URL(filePath: path).deletingPathExtension().lastPathComponent.printable
    file = path.printable
  }
}

/// The folder where a user's keys are.
enum OwnKeys {
  static var folder: String {
    let environment = ProcessInfo.processInfo.environment
    // An empty value is none: XDG Base Directory Specification.
    let named = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return "\(named ?? "\(environment["HOME"] ?? "/root")/.config")/lodge"
  }

  /// The private keys in it.
  static func files() throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let keys = names.filter { $0.hasSuffix(".key") }.sorted()
    guard !keys.isEmpty else {
      throw InputFailure("there is no key in \(folder); lodge key new makes one")
    }
    return keys.map { "\(folder)/\($0)" }
  }
}

extension LabName: ExpressibleByArgument {
  /// Reads the name of a lab from the command line.
  public init?(argument: String) { self.init(argument) }
}
