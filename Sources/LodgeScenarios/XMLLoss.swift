package import LodgeXML

extension XMLElement {
  /// The first thing that a user wrote and that is gone or changed in what was kept.
  ///
  /// What was added does not count. Values are compared by meaning: numbers as numbers, sizes with
  /// their units as bytes; a machine alias fits its versioned name.
  package func firstLoss(in kept: XMLElement) -> XMLLoss? {
    loss(in: kept, at: name)
  }

  private func loss(in kept: XMLElement, at path: String) -> XMLLoss? {
    if !text.isEmpty, !Quantity(of: self).equals(Quantity(of: kept)) {
      return XMLLoss(path: path, written: text, kept: kept.text.isEmpty ? nil : kept.text)
    }
    for attribute in attributes where !isUnit(attribute) {
      let value = kept.attribute(attribute.name)
      guard let value, attribute.fits(value, in: name) else {
        return XMLLoss(path: "\(path)/@\(attribute.name)", written: attribute.value, kept: value)
      }
    }
    return lossOfChildren(in: kept, at: path)
  }

  /// A size's unit is part of the size.
  private func isUnit(_ attribute: Attribute) -> Bool {
    attribute.name == "unit" && Quantity(of: self).bytes != nil
  }

  private func lossOfChildren(in kept: XMLElement, at path: String) -> XMLLoss? {
    var candidates = kept.children
    for (place, child) in children.enumerated() {
      let twins = children.count { $0.name == child.name }
      let number = children[...place].count { $0.name == child.name }
      let childPath = "\(path)/\(child.name)" + (twins > 1 ? "[\(number)]" : "")
      let losses = candidates.indices.filter { candidates[$0].name == child.name }
        .map { ($0, child.loss(in: candidates[$0], at: childPath)) }
      guard let whole = losses.first(where: { $0.1 == nil }) else {
        return losses.first?.1 ?? XMLLoss(path: childPath, written: child.text, kept: nil)
      }
      candidates.remove(at: whole.0)
    }
    return nil
  }
}

/// An element or attribute that a user wrote and that did not survive.
package struct XMLLoss: Equatable, Sendable, CustomStringConvertible {
  /// Such as `domain/devices/disk[2]/target/@dev`.
  package var path: String
  package var written: String
  /// What stands there now; nil where nothing does.
  package var kept: String?

  package init(path: String, written: String, kept: String?) {
    (self.path, self.written, self.kept) = (path, written, kept)
  }

  package var description: String {
    let wrote = written.isEmpty ? path : "\(path) (\(written.prefix(80)))"
    return kept.map { "\(wrote) became \($0.prefix(80))" } ?? "\(wrote) is lost"
  }
}

/// An element's text by its meaning.
private struct Quantity {
  let text: String
  /// The size, for an element that may carry a unit; KiB where it carries none.
  ///
  /// **Source:** libvirt docs/formatdomain.rst, "Memory Allocation".
  let bytes: UInt64?

  private static let sizes = ["memory", "currentMemory", "maxMemory", "size", "source"]
  private static let units: [String: UInt64] = [
    "b": 1, "bytes": 1, "KB": 1000, "k": 1 << 10, "KiB": 1 << 10, "MB": 1_000_000, "M": 1 << 20,
    "MiB": 1 << 20, "GB": 1_000_000_000, "G": 1 << 30, "GiB": 1 << 30, "T": 1 << 40,
    "TiB": 1 << 40,
  ]

  init(of element: XMLElement) {
    text = element.text
    guard Self.sizes.contains(element.name), let count = UInt64(element.text),
      let unit = Self.units[element.attribute("unit") ?? "KiB"]
    else {
      bytes = nil
      return
    }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    bytes = overflow ? nil : product
  }

  func equals(_ other: Quantity) -> Bool {
    if let bytes, let others = other.bytes { return bytes == others }
    return text.means(other.text)
  }
}

extension XMLElement.Attribute {
  fileprivate func fits(_ kept: String, in element: String) -> Bool {
    if value.means(kept) { return true }
    // libvirt writes the versioned name of a machine alias: q35 becomes pc-q35-10.0.
    let versioned = ["q35": "pc-q35-", "pc": "pc-i440fx-"][value]
    return element == "type" && name == "machine" && versioned.map(kept.hasPrefix) == true
  }
}

extension String {
  /// Whether two texts are equal, or the same number: `0x3` and `0x0003`.
  fileprivate func means(_ other: String) -> Bool {
    if self == other { return true }
    guard let number, let others = other.number else { return false }
    return number == others
  }

  private var number: UInt64? {
    hasPrefix("0x") ? UInt64(dropFirst(2), radix: 16) : UInt64(self)
  }
}
