import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads what libvirt's documentation tells users of the policies of confidential guests.
  package static let documentation = Collector(\.documentation) { root in
    for file in formats(of: "formatdomain", in: root) {
      guard let packed = try root.directory.read(file, limit: pageLimit) else { continue }
      let page = try explaining(file) { try Decompression.decompress(packed, limit: pageLimit) }
      guard let text = String(validating: page, as: UTF8.self) else {
        throw FileFailure(file, "it is no UTF-8 text")
      }
      let isHTML = file.contains(".html")
      let lines = isHTML ? PolicyTables.lines(ofHTML: text) : PolicyTables.lines(ofRST: text)
      return .found(
        LibvirtDocumentation(
          source: root.source(file), policyBits: PolicyTables(lines).bits))
    }
    return .absent(
      "no package of this set has usr/share/doc/libvirt-doc*/**/formatdomain.html or .rst")
  }

  private static func formats(of page: String, in root: Root) -> [String] {
    let base = "usr/share/doc"
    let folders = root.directory.list(base).filter { $0.hasPrefix("libvirt") }
      .sorted { $0.hasPrefix("libvirt-doc") && !$1.hasPrefix("libvirt-doc") }
    let places = folders.flatMap { ["\(base)/\($0)/html", "\(base)/\($0)"] }
    return places.flatMap { place in
      ["html", "rst", "html.gz", "rst.gz"].map { "\(place)/\(page).\($0)" }
    }
  }

  /// Bytes; the page takes 640 KiB.
  private static let pageLimit = 16 << 20
}

/// The tables of policy bits in libvirt's page on the domain format.
///
/// **Source:** libvirt docs/formatdomain.rst, Launch Security, up to 12.8.
struct PolicyTables {
  /// What a line of the page says to a reader of these tables.
  enum Line: Equatable {
    /// The following is about a type of `<launchSecurity>`.
    case type(String)
    case tableOfBits
    case row(bits: String, meaning: String)
    case endOfTable
  }

  /// Meanings by bit, by type; without those that are called reserved.
  private(set) var bits: [String: [Int: String]] = [:]

  /// Puts the tables together.
  init(_ lines: [Line]) {
    var (type, isInTable): (String?, Bool) = (nil, false)
    for line in lines {
      switch line {
      case .type(let name): (type, isInTable) = (name, false)
      case .tableOfBits:
        isInTable = true
        if let type { bits[type] = bits[type] ?? [:] }
      case .endOfTable: isInTable = false
      case .row(let cell, let meaning):
        guard isInTable, let type, !meaning.lowercased().hasPrefix("reserved") else { continue }
        for bit in Self.range(cell) { bits[type, default: [:]][bit] = meaning }
      }
    }
  }

  /// The bits of `24`, `15:8` or `16:32`; none beyond 63.
  private static func range(_ cell: String) -> ClosedRange<Int> {
    let ends = cell.split(separator: ":").compactMap { Int($0) }
    guard let first = ends.first, let last = ends.last, ends.count <= 2,
      cell.allSatisfy({ $0.isNumber || $0 == ":" })
    else { return 0...0 }
    return max(0, min(first, last))...min(63, max(first, last, 0))
  }

  private static var mention: Regex<(Substring, Substring)> {
    /<launchSecurity\s+type='([a-z0-9-]+)'/
  }

  /// The lines of a page as it is written.
  static func lines(ofRST text: String) -> [Line] {
    var lines: [Line] = []
    /// How many lines of `=====` the table had; it begins, is headed and ends with one.
    var (rules, width): (Int, Int?) = (0, nil)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if let match = line.firstMatch(of: mention) { lines.append(.type(String(match.1))) }
      if trimmed.wholeMatch(of: /=+ +=+/) != nil {
        rules += 1
        width = trimmed.prefix { $0 == "=" }.count
        if rules == 3 {
          lines.append(.endOfTable)
          rules = 0
        }
      } else if rules == 1, trimmed.hasPrefix("Bit(s)") {
        lines.append(.tableOfBits)
      } else if rules == 2, let width, trimmed.count > width {
        let bits = trimmed.prefix(width).trimmingCharacters(in: .whitespaces)
        let meaning = trimmed.dropFirst(width).trimmingCharacters(in: .whitespaces)
        if !bits.isEmpty { lines.append(.row(bits: bits, meaning: meaning)) }
      } else if trimmed.isEmpty {
        (rules, width) = (0, nil)
      }
    }
    return lines
  }

  /// The lines of the page that is made of it.
  static func lines(ofHTML text: String) -> [Line] {
    var lines: [Line] = []
    var cells: [String] = []
    /// The text since the last tag that begins or ends a block.
    var open = ""
    func close() -> String {
      defer { open = "" }
      return open.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&quot;", with: "'").replacing("&#39;", with: "'")
        .replacing("&amp;", with: "&").split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
    }
    for piece in HTMLPieces(text) {
      guard let tag = piece.tag else {
        open += piece.text
        continue
      }
      switch tag {
      case "tr": cells = []
      case "td", "th": open = ""
      case "/td", "/th": cells.append(close())
      case "/tr":
        if cells.first == "Bit(s)" {
          lines.append(.tableOfBits)
        } else if cells.count >= 2 {
          lines.append(.row(bits: cells[0], meaning: cells[1]))
        }
      case "/table": lines.append(.endOfTable)
      case "/pre", "/p", "/dd", "/dt", "/h2", "/h3":
        let passage = open.contains("launchSecurity") ? close() : ""
        for match in passage.matches(of: mention) { lines.append(.type(String(match.1))) }
        // A paragraph in a cell goes on to the end of the cell.
        if tag != "/p" { open = "" }
      default: break
      }
    }
    return lines
  }
}

/// The tags of a page and the texts between them.
private struct HTMLPieces: Sequence, IteratorProtocol {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  /// The next piece: the name of a tag, with a slash where it is an end, or a text.
  mutating func next() -> (tag: String?, text: String)? {
    guard let first = rest.first else { return nil }
    guard first == "<" else {
      let text = rest.prefix { $0 != "<" }
      rest = rest[text.endIndex...]
      return (nil, String(text))
    }
    let tag = rest.prefix { $0 != ">" }
    rest = rest[tag.endIndex...].dropFirst()
    return (String(tag.dropFirst().prefix { !$0.isWhitespace }).lowercased(), "")
  }
}
