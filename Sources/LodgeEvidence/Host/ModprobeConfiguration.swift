import LodgeBindings
import LodgeModel

/// What the files of modprobe.d say of the modules of KVM.
///
/// **Source:** modprobe.d(5), kmod 34: COMMANDS; install commands replace the loading of a module.
struct ModprobeConfiguration {
  private(set) var options: [HostSettings.ModuleOption] = []
  private(set) var blocked: [HostSettings.BlockedModule] = []

  /// The folders, of which an earlier one hides files of the same name in a later one.
  static let folders = [
    "etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d", "usr/lib/modprobe.d",
    "lib/modprobe.d",
  ]

  /// Reads all files of a root.
  init(in root: Root) throws {
    for file in try root.layered(Self.folders, ending: ".conf") {
      guard let text = try root.text(file) else { continue }
      add(text, from: root.source(file))
    }
  }

  /// Adds the lines of one file.
  mutating func add(_ text: String, from source: Source) {
    for line in text.continuedLines {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.count >= 2, !words[0].hasPrefix("#") else { continue }
      let module = words[1].moduleName
      switch words[0] {
      case "options":
        for word in words.dropFirst(2) {
          let (name, value) = word.assignment
          options.append(
            .init(
              module: module, parameter: name.moduleName, value: value ?? "Y", source: source))
        }
      case "install" where Self.loadsNothing(words.dropFirst(2)):
        blocked.append(
          .init(module: module, words: words.joined(separator: " "), source: source))
      case "blacklist":
        blocked.append(.init(module: module, words: "blacklist \(words[1])", source: source))
      default: break
      }
    }
  }

  /// Whether an install command is one that stands for not loading the module.
  private static func loadsNothing(_ command: ArraySlice<String>) -> Bool {
    guard let program = command.first?.split(separator: "/").last else { return false }
    return ["true", "false", ":"].contains(program)
  }
}

extension String {
  /// The name and the value of `name=value`; no value where there is no equals sign.
  var assignment: (name: String, value: String?) {
    guard let equals = firstIndex(of: "=") else { return (self, nil) }
    return (String(self[..<equals]), String(self[index(after: equals)...]))
  }
}
