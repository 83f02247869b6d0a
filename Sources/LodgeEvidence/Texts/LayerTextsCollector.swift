import LodgeMessages
import LodgeModel

extension Collector {
  /// Looks in the programs of each member for the texts of the catalogue.
  package static let texts = Collector(\.texts) { root in
    try await root.texts(of: MessageCatalogue.builtIn.messages)
  }
}

extension Root {
  /// Which of some texts the programs of each member hold.
  ///
  /// A text may have moved to another program of its member, as the kernel's do between modules and
  /// image; it is missing only where none has it.
  func texts(of catalogue: [Message]) async throws -> Fact<LayerTexts> {
    let programs = try await searchedPrograms()
    guard !programs.isEmpty else {
      return .absent("no package of this set has a kernel, a QEMU or a libvirt")
    }
    var found = LayerTexts(byMember: [:])
    for (member, programs) in Dictionary(grouping: programs, by: \.name.member) {
      var texts = LayerTexts.Texts(sources: [:], present: [], absent: [])
      for program in programs where program.isFile {
        texts.sources[program.name.rawValue] = program.source
      }
      for message in (catalogue + descriptorWords(for: member)) where message.member == member {
        if programs.hold(message) {
          texts.present.append(message.id)
        } else if programs.contains(where: { $0.name == message.program }) {
          texts.absent.append(message)
        }
      }
      found.byMember[member] = texts
    }
    return .found(found)
  }

  /// What the descriptors of the root ask of libvirt to understand: kinds of mapping and of flash,
  /// and the features by which they claim confidential types.
  ///
  /// **Source:** QEMU docs/interop/firmware.json, FirmwareDevice, FirmwareFlashMode and
  /// FirmwareFeature; libvirt src/qemu/qemu_firmware.c drops a file with a device or mode that is in
  /// none of its tables, and passes over such a feature.
  private func descriptorWords(for member: Member) -> [Message] {
    guard member == .libvirt else { return [] }
    let files = DescriptorFiles(in: self)
    // One that cannot be read is told by the fact of descriptors.
    let descriptors = files.paths.compactMap { try? DescriptorFiles.read($0, in: self) }
    let claims = DomainType.confidential.compactMap(FirmwareDescriptor.feature(for:))
    let words = Set(
      descriptors.flatMap {
        [$0.device] + ($0.mode.map { [$0] } ?? []) + $0.features.filter(claims.contains)
      })
    return words.sorted().map { word in
      Message(
        id: LayerTexts.descriptorWord(word), program: .libvirtDriver, text: word,
        meaning: "a word of a firmware descriptor of this set", isMarker: true)
    }
  }
}

extension [SearchedProgram] {
  /// Whether a text is in its own program or in another one of the member.
  fileprivate func hold(_ message: Message) -> Bool {
    let own = filter { $0.name == message.program }
    return own.contains { $0.has(message.text) }
      || contains { $0.name != message.program && $0.has(message.text) }
  }
}
