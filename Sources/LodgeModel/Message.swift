/// A text that users and tools search for, as it stands in a program of some layer.
package struct Message: Codable, Equatable, Identifiable, Sendable {
  /// A program that holds such texts.
  package enum Program: String, Codable, CaseIterable, Sendable {
    case qemu
    case libvirtDriver = "libvirt-driver"
    case libvirt
    case hostValidator = "virt-host-validate"
    case vmlinux
    case kvm
    case kvmAMD = "kvm_amd"
    case kvmIntel = "kvm_intel"
    case ccp
    case sevGuest = "sev_guest"
    case tdxGuest = "tdx_guest"
    case ovmf

    /// Whose packages have the program.
    package var member: Member {
      switch self {
      case .qemu: .qemu
      case .libvirtDriver, .libvirt, .hostValidator: .libvirt
      case .vmlinux, .kvm, .kvmAMD, .kvmIntel, .ccp, .sevGuest, .tdxGuest: .kernel
      case .ovmf: .firmware
      }
    }
  }

  /// `MEMBER.PART.NAME`, which evidence and contracts refer to.
  package var id: String
  package var program: Program
  /// The format string, without the newline at its end.
  package var text: String
  /// The first upstream version known to have it; nil where it is expected of nobody.
  package var since: String?
  /// The first upstream version known to lack it again.
  package var until: String?
  /// The tree that has it, where upstream never had it.
  package var tree: String?
  /// Of which one must stand beside a text that says too little by itself.
  package var words: [String]
  /// Programs and tests that search for it.
  package var readers: [String]
  /// Where users pasted it, such as `canonical/tdx#342`.
  package var threads: [String]
  /// Numbers in the catalogue of contracts, the likeliest first.
  package var contracts: [String]
  /// What it says, in a sentence without its full stop.
  package var meaning: String
  /// Whether it only shows an ability and is printed to nobody.
  package var isMarker: Bool

  package init(
    id: String, program: Program, text: String, since: String? = nil, until: String? = nil,
    tree: String? = nil, words: [String] = [], readers: [String] = [], threads: [String] = [],
    contracts: [String] = [], meaning: String, isMarker: Bool = false
  ) {
    (self.id, self.program, self.text) = (id, program, text)
    (self.since, self.until, self.tree) = (since, until, tree)
    (self.words, self.readers, self.threads) = (words, readers, threads)
    (self.contracts, self.meaning, self.isMarker) = (contracts, meaning, isMarker)
  }

  /// Whose text it is.
  package var member: Member { program.member }

  /// What is built in as a whole or not at all, such as `tdx-host`; of all texts with one part and
  /// one member either all are there or none is.
  package var part: String { Self.part(of: id) }

  /// The part of a text of which only the id is known.
  package static func part(of id: String) -> String {
    id.split(separator: ".").dropFirst().first.map(String.init) ?? id
  }

  /// Who misses it when it is gone, as a sentence lists them.
  package var searchers: [String] { readers + threads }
}

extension Message {
  private enum CodingKeys: String, CodingKey {
    case id, text, since, until, tree, words, readers, threads, contracts, meaning
    case program = "in"
    case isMarker = "marker"
  }

  /// Reads an entry; lists that are not there are empty.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    func list(_ key: CodingKeys) throws -> [String] {
      try keys.decodeIfPresent([String].self, forKey: key) ?? []
    }
    self.init(
      id: try keys.decode(String.self, forKey: .id),
      program: try keys.decode(Program.self, forKey: .program),
      text: try keys.decode(String.self, forKey: .text),
      since: try keys.decodeIfPresent(String.self, forKey: .since),
      until: try keys.decodeIfPresent(String.self, forKey: .until),
      tree: try keys.decodeIfPresent(String.self, forKey: .tree),
      words: try list(.words), readers: try list(.readers), threads: try list(.threads),
      contracts: try list(.contracts), meaning: try keys.decode(String.self, forKey: .meaning),
      isMarker: try keys.decodeIfPresent(Bool.self, forKey: .isMarker) ?? false)
  }
}
