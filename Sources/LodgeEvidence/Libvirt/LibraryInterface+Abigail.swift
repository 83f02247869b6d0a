import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeXML

extension Root {
  /// What the debug information of a library tells of some of its symbols; nil where the root has
  /// none, or this host no abidw(1) of libabigail to read it.
  ///
  /// - Throws: ``FileFailure`` for debug information that cannot be read, `RootFailure`.
  func interface(
    of library: ELFFile, at file: String, giving symbols: Set<String>
  ) async throws -> LibraryInterface? {
    guard try hasDebugInformation(of: library), Command.locate("abidw") != nil else { return nil }
    var sandbox = Sandbox(root: "/")
    sandbox.places = [.readOnly("\(path)/\(file)", at: "/tmp/library.so")]
    var words = [
      "--no-corpus-path", "--no-architecture", "--no-show-locs", "--exported-interfaces-only",
    ]
    if directory.kind(Self.debugFolder) == .directory {
      let folder = directory.resolve(Self.debugFolder) ?? Self.debugFolder
      sandbox.places.append(.readOnly("\(path)/\(folder)", at: "/tmp/debug"))
      words += ["--debug-info-dir", "/tmp/debug"]
    }
    let finished = try await sandbox.command(
      "abidw", words + ["/tmp/library.so"], deadline: .seconds(240), outputLimit: 128 << 20
    ).run()
    guard finished.ending == .exited(0) else {
      throw FileFailure(
        file, "abidw cannot read its debug information: \(finished.errors.suffix(160))")
    }
    return try explaining(file) {
      let corpus = try XMLElement(
        parsing: finished.text, within: .init(bytes: 128 << 20, elements: 4_000_000))
      return LibraryInterface(AbigailTypes(corpus), of: corpus, giving: symbols)
    }
  }

  /// **Source:** gdb(1), "Debugging Information in Separate Files": by build id below this folder.
  private static let debugFolder = "usr/lib/debug"

  private func hasDebugInformation(of library: ELFFile) throws -> Bool {
    if library.section(".debug_info") != nil { return true }
    // A note: three numbers of 4 bytes, "GNU" and a NUL, then the id.
    guard let note = library.section(".note.gnu.build-id"), note.count > 17 else { return false }
    let id = note.dropFirst(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let name = "\(id[0])/\(id.dropFirst().joined()).debug"
    return directory.kind("\(Self.debugFolder)/.build-id/\(name)") != nil
  }
}

/// The types of a corpus that abidw wrote, by id.
///
/// **Source:** libabigail, doc/manuals and tests/data: `abi-corpus`, version 2.1.
private struct AbigailTypes {
  private var byID: [String: XMLElement] = [:]

  init(_ corpus: XMLElement) {
    for unit in corpus.children where unit.name == "abi-instr" {
      for type in unit.children {
        guard let id = type.attribute("id") else { continue }
        // A declaration alone says less than the type itself.
        if byID[id] == nil || type.attribute("is-declaration-only") == nil { byID[id] = type }
      }
    }
  }

  func element(_ id: String?) -> XMLElement? { id.flatMap { byID[$0] } }

  /// A type as C spells it, but for where the name would stand.
  func spelling(of id: String?, depth: Int = 0) -> String {
    guard let type = element(id), depth < 16 else { return "?" }
    let name = type.attribute("name") ?? "?"
    let target = type.attribute("type-id")
    switch type.name {
    case "pointer-type-def", "reference-type-def":
      return spelling(of: target, depth: depth + 1) + " *"
    case "qualified-type-def":
      let words = ["const", "volatile", "restrict"].filter { type.attribute($0) == "yes" }
      return (words + [spelling(of: target, depth: depth + 1)]).joined(separator: " ")
    case "array-type-def":
      let length = type.children.first?.attribute("length") ?? ""
      return "\(spelling(of: target, depth: depth + 1))[\(length)]"
    case "function-type": return declaration(of: type, depth: depth + 1)
    case "class-decl": return "struct \(name)"
    case "union-decl": return "union \(name)"
    case "enum-decl": return "enum \(name)"
    default: return name
    }
  }

  /// What a function gives and takes, as `int (char *, unsigned int)`.
  func declaration(of function: XMLElement, depth: Int = 0) -> String {
    let takes = function.children.filter { $0.name == "parameter" }.map { parameter in
      parameter.attribute("is-variadic") == "yes"
        ? "..." : spelling(of: parameter.attribute("type-id"), depth: depth)
    }
    let gives = function.children.first { $0.name == "return" }?.attribute("type-id")
    return "\(spelling(of: gives, depth: depth)) (\(takes.joined(separator: ", ")))"
  }
}

extension LibraryInterface {
  /// Takes functions out of a corpus, with the types that their clients know.
  fileprivate init(_ types: AbigailTypes, of corpus: XMLElement, giving symbols: Set<String>) {
    self.init(functions: [:])
    var (reached, waiting) = (Set<String>(), [String]())
    func reach(_ element: XMLElement) {
      for id in element.typeIDs where reached.insert(id).inserted { waiting.append(id) }
    }
    for unit in corpus.children where unit.name == "abi-instr" {
      for function in unit.children where function.name == "function-decl" {
        let symbol = function.attribute("elf-symbol-id")?.prefix { $0 != "@" }
        guard let name = symbol.map(String.init), symbols.contains(name) else { continue }
        functions[name] = types.declaration(of: function)
        reach(function)
      }
    }
    while let id = waiting.popLast() {
      guard let type = types.element(id), !type.isOpaque else { continue }
      add(type, types)
      reach(type)
    }
  }

  private mutating func add(_ type: XMLElement, _ types: AbigailTypes) {
    guard let name = type.attribute("name") else { return }
    switch type.name {
    case "class-decl" where type.attribute("is-declaration-only") == nil:
      let members = type.children.filter { $0.name == "data-member" }.compactMap { member in
        member.children.first { $0.name == "var-decl" }.map { variable in
          let place = member.attribute("layout-offset-in-bits") ?? "0"
          return (
            variable.attribute("name") ?? "",
            "\(place): \(types.spelling(of: variable.attribute("type-id")))"
          )
        }
      }
      structures[name] = Structure(
        size: (type.attribute("size-in-bits").flatMap { Int($0) } ?? 0) / 8,
        members: Dictionary(members, uniquingKeysWith: { first, _ in first }))
    case "enum-decl":
      let numbers = type.children.filter { $0.name == "enumerator" }.compactMap { one in
        one.attribute("value").flatMap { Int64($0) }.map { (one.attribute("name") ?? "", $0) }
      }
      enumerations[name] = Dictionary(numbers, uniquingKeysWith: { first, _ in first })
    default: break
    }
  }
}

extension XMLElement {
  /// The types that it names itself, or its parts do.
  fileprivate var typeIDs: [String] {
    (attribute("type-id").map { [$0] } ?? []) + children.flatMap(\.typeIDs)
  }

  /// Whether clients have pointers to such structures alone: libvirt's own objects all begin with
  /// what they inherit.
  ///
  /// **Source:** libvirt src/datatypes.h: `virObject parent` or `virObjectLockable parent`.
  fileprivate var isOpaque: Bool {
    guard name == "class-decl" else { return false }
    let first = children.first { $0.name == "data-member" }?.children.first
    return first?.attribute("name") == "parent"
  }
}
