import Foundation
import LodgeBindings
import LodgeModel

/// The kernel command lines that the configuration of boot loaders and images adds up to.
struct KernelCommandLines {
  private(set) var options: [HostSettings.ModuleOption] = []
  private(set) var words: [HostSettings.KernelWord] = []
  private(set) var blocked: [HostSettings.BlockedModule] = []

  /// Reads them in all the places where packages and images keep them.
  ///
  /// **Source:** grub-mkconfig (GNU GRUB manual, 6.1), kernel-install(8) (systemd 257), bootc,
  /// docs/src/building/kernel-arguments.md, and dracut.cmdline(7).
  init(in root: Root) throws {
    var grub: [String: String] = [:]
    let grubFiles =
      ["etc/default/grub"] + (try root.layered(["etc/default/grub.d"], ending: ".cfg"))
    var lastGrub: [String: Source] = [:]
    for file in grubFiles {
      guard let text = try root.text(file) else { continue }
      let assigned = ShellAssignments(text, over: grub)
      for name in Self.grubVariables where assigned.values[name] != grub[name] {
        lastGrub[name] = root.source(file)
      }
      grub = assigned.values
    }
    for name in Self.grubVariables {
      if let line = grub[name], let source = lastGrub[name] { add(line, from: source) }
    }
    let whole = ["etc/kernel/cmdline", "usr/lib/kernel/cmdline"].first {
      root.directory.kind($0) != nil
    }
    let folders = try ["etc/kernel/cmdline.d", "etc/cmdline.d"].flatMap {
      try root.layered([$0], ending: ".conf")
    }
    for file in [whole].compactMap(\.self) + folders {
      guard let text = try root.text(file) else { continue }
      for line in text.continuedLines where !line.hasPrefix("#") {
        add(line, from: root.source(file))
      }
    }
    for file in try root.layered(["usr/lib/bootc/kargs.d"], ending: ".toml") {
      guard let text = try root.text(file) else { continue }
      let arguments = BootcArguments(text)
      guard arguments.isForX86 else { continue }
      for argument in arguments.words { add(argument, from: root.source(file)) }
    }
  }

  private static let grubVariables = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"]

  /// Adds the words of one line.
  ///
  /// **Source:** Linux Documentation/admin-guide/kernel-parameters.rst; dashes and underscores in
  /// names are alike, and what follows `--` is for init.
  mutating func add(_ line: String, from source: Source) {
    for word in line.quotedWords {
      if word == "--" { break }
      let (name, value) = word.assignment
      let parts = name.moduleName.split(separator: ".", maxSplits: 1).map(String.init)
      switch (name.moduleName, value) {
      case ("modprobe.blacklist", let list?), ("module_blacklist", let list?):
        for module in list.split(separator: ",") {
          blocked.append(
            .init(module: String(module).moduleName, words: "\(name)=\(module)", source: source))
        }
      case _ where parts.count == 2 && Self.modules.contains(parts[0]):
        options.append(
          .init(module: parts[0], parameter: parts[1], value: value ?? "Y", source: source))
      default:
        words.append(.init(name: name, value: value, source: source))
      }
    }
  }

  /// Other names with a dot in them belong to systemd, dracut and the like.
  private static let modules = Set(ConfidentialModule.allCases.map(\.rawValue))
}

/// The variables that a file of shell assignments sets, such as /etc/default/grub.
struct ShellAssignments {
  private(set) var values: [String: String]

  /// Reads the assignments of a text, which may refer to variables set before.
  init(_ text: String, over before: [String: String] = [:]) {
    values = before
    for line in text.continuedLines {
      guard
        let match = line.wholeMatch(
          of: /\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)(\+?)=(.*)/)
      else { continue }
      let name = String(match.1)
      let value = expanded(String(match.3).trimmingCharacters(in: .whitespaces))
      values[name] = (match.2.isEmpty ? "" : values[name] ?? "") + value
    }
  }

  /// A value without its quotes, its variables put in outside single quotes.
  private func expanded(_ text: String) -> String {
    var (result, quote): (String, Character?) = ("", nil)
    var rest = Substring(text)
    while let character = rest.first {
      rest.removeFirst()
      switch character {
      case "'" where quote != "\"", "\"" where quote != "'":
        quote = quote == nil ? character : nil
      case "\\" where quote != "'":
        if let next = rest.popFirst() { result.append(next) }
      case "$" where quote != "'":
        guard let match = rest.prefixMatch(of: /\{?([A-Za-z_][A-Za-z0-9_]*)(?::?[-=][^}]*)?\}?/)
        else { continue }
        result += values[String(match.1)] ?? ""
        rest = rest[match.range.upperBound...]
      case "#" where quote == nil && (result.isEmpty || result.last?.isWhitespace == true):
        return result
      case _ where quote == nil && (character.isWhitespace || character == ";"):
        return result
      default:
        result.append(character)
      }
    }
    return result
  }
}

/// The kernel arguments of a file of bootc's kargs.d.
struct BootcArguments {
  private(set) var words: [String] = []
  /// Whether it counts on x86-64.
  private(set) var isForX86 = true

  /// Reads the two lists of strings that such a file has.
  ///
  /// **Source:** bootc, docs/src/building/kernel-arguments.md: `kargs`, `match-architectures`.
  init(_ text: String) {
    let lines = text.split(separator: "\n").filter {
      !$0.trimmingCharacters(in: .whitespaces).hasPrefix("#")
    }
    let whole = lines.joined(separator: "\n")
    words = Self.strings(of: "kargs", in: whole) ?? []
    if let architectures = Self.strings(of: "match-architectures", in: whole) {
      isForX86 = architectures.contains { ["x86_64", "amd64"].contains($0) }
    }
  }

  private static func strings(of key: String, in text: String) -> [String]? {
    for match in text.matches(of: /(?m)^\s*([a-z-]+)\s*=\s*\[/) where match.1 == key {
      var (strings, open): ([String], String?) = ([], nil)
      var quote: Character = "\""
      for character in text[match.range.upperBound...] {
        if let current = open {
          if character == quote { strings.append(current) }
          open = character == quote ? nil : current + String(character)
        } else if character == "\"" || character == "'" {
          (open, quote) = ("", character)
        } else if character == "]" {
          return strings
        }
      }
    }
    return nil
  }
}

extension String {
  /// The words of a kernel command line, in which double quotes hold spaces together.
  var quotedWords: [String] {
    var (words, word, isQuoted): ([String], String, Bool) = ([], "", false)
    for character in self {
      switch character {
      case "\"": isQuoted.toggle()
      case _ where character.isWhitespace && !isQuoted:
        if !word.isEmpty { words.append(word) }
        word = ""
      default: word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
