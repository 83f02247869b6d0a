import Foundation
import LodgeBindings
import LodgeModel

/// A program of a root, with what it has of constant text.
struct SearchedProgram {
  let name: Message.Program
  let source: Source
  /// Whether it is a file of its own; a module that is built in is a part of the kernel's image.
  let isFile: Bool
  private let sections: [Data]

  private init(
    _ name: Message.Program, _ source: Source, isFile: Bool = true, sections: [Data]
  ) {
    (self.name, self.source, self.isFile, self.sections) = (name, source, isFile, sections)
  }

  /// Takes the texts of an ELF file.
  ///
  /// A compiler keeps them in sections of read-only data, and a linker keeps a text that ends another
  /// one only there.
  init(_ name: Message.Program, _ source: Source, _ elf: ELFFile) {
    self.init(name, source, sections: elf.sections(startingWith: ".rodata"))
  }

  /// Takes a program, which may be a script.
  init(_ name: Message.Program, _ source: Source, _ bytes: Data) throws(ELFFailure) {
    do {
      self.init(name, source, try ELFFile(bytes))
    } catch ELFFailure.notELF {
      self.init(name, source, sections: [bytes])
    }
  }

  /// A module that the kernel's image holds.
  init(builtIn name: Message.Program, into image: Self) {
    self.init(name, image.source, isFile: false, sections: [])
  }

  /// Whether a text stands in the program.
  func has(_ text: String) -> Bool { sections.contains { $0.hasText(text) } }
}

extension Root {
  /// The programs of all members that are there.
  ///
  /// - Throws: ``RootFailure`` or ``FileFailure`` for one that cannot be read.
  func searchedPrograms() async throws -> [SearchedProgram] {
    let files: [(name: Message.Program, files: [String])] = [
      (.qemu, QEMUProbe.binaries), (.libvirtDriver, libvirtDrivers),
      (.libvirt, Self.libvirtLibraries), (.hostValidator, ["usr/bin/virt-host-validate"]),
    ]
    let programs = try files.compactMap { name, files in
      try first(of: files, limit: Self.programLimit).map { file, bytes in
        try explaining(file) { try SearchedProgram(name, source(file), bytes) }
      }
    }
    return programs + (try await kernelPrograms())
  }

  /// The image of the kernel and its modules.
  private func kernelPrograms() async throws -> [SearchedProgram] {
    let image = try await kernelImage.found(in: self).map { file, _, elf in
      SearchedProgram(.vmlinux, source(file), elf)
    }
    let builtIn = try builtInModules()?.paths ?? []
    var programs = image.map { [$0] } ?? []
    for module in SearchedModule.allCases {
      if let found = try await module.found(in: self) {
        programs.append(SearchedProgram(module.program, source(found.file), found.elf))
      } else if let image, builtIn.contains(module.path) {
        programs.append(SearchedProgram(builtIn: module.program, into: image))
      }
    }
    return programs
  }

  /// Bytes; real emulators take 40 MiB.
  private static let programLimit = 256 << 20
}
