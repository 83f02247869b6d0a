package import LodgeModel
import LodgeXML

extension LibvirtAnswer {
  /// The command line that libvirt made of a domain; nil for what is no XML or no command line.
  ///
  /// Files of the set count as equal wherever the XML names them: which it has is the set's business.
  package init?(
    scenario: String, platform: String, type: DomainType, domain xml: String, arguments: [String]
  ) {
    guard var domain = try? XMLElement(parsing: xml),
      let vector = try? ArgumentVector(words: arguments)
    else { return nil }
    let files = Set(Self.files.flatMap { domain.values(at: $0) }.filter { $0.hasPrefix("/") })
    domain.mask(files)
    self.init(
      scenario: scenario, platform: platform, type: type,
      question: .arguments(domain: domain.document),
      parts: vector.members.mapValues { members in
        members.mapValues { files.contains($0) ? "*" : $0 }
      })
  }

  private static let files = ["os/loader", "os/kernel", "os/initrd"]

  /// What libvirt said that it can do; nil for what is no XML.
  package init?(scenario: String, platform: String, type: DomainType, capabilities xml: String) {
    guard let root = try? XMLElement(parsing: xml) else { return nil }
    var parts: [String: [String: String]] = [:]
    for child in root.children { child.collect(into: &parts, at: "") }
    self.init(
      scenario: scenario, platform: platform, type: type, question: .capabilities, parts: parts)
  }
}

extension XMLElement {
  fileprivate mutating func mask(_ texts: Set<String>) {
    if texts.contains(text) { text = "*" }
    for index in children.indices { children[index].mask(texts) }
  }

  /// Adds the attributes of this element and of those below it, and what stands in them.
  ///
  /// Elements are told apart by their `name`, `type` or `mode`; those that hold text alone are
  /// members by that text, since lists such as `value` and `model` have one for each thing.
  fileprivate func collect(into parts: inout [String: [String: String]], at path: String) {
    guard !Self.passedOver.contains(name) else { return }
    let own = ([name] + attributes.filter { Self.naming.contains($0.name) }.map(\.value))
      .joined(separator: " ")
    let part = path.isEmpty ? own : "\(path)/\(own)"
    for attribute in attributes where !Self.naming.contains(attribute.name) {
      parts[part, default: [:]]["@\(attribute.name)"] = attribute.value
    }
    if !text.isEmpty { parts[part, default: [:]]["text"] = text }
    for child in children {
      guard child.children.isEmpty, !child.text.isEmpty,
        Self.listed.contains(child.name)
      else {
        child.collect(into: &parts, at: part)
        continue
      }
      let said = child.attributes.filter { ["usable", "deprecated"].contains($0.name) }
        .map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      parts[part, default: [:]]["\(child.name) \(child.text)"] = said.isEmpty ? "listed" : said
    }
  }

  /// Elements of which a list has one for each thing that it names.
  ///
  /// **Source:** libvirt src/conf/schemas/domaincaps.rng.
  private static let listed: Set = ["value", "model"]
  private static let naming: Set = ["name", "type", "mode"]
  /// Why a model is not usable, which `usable` says already.
  private static let passedOver: Set = ["blockers"]
}
