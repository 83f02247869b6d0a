import LodgeModel

extension Collector {
  /// Reads the OVMF images of a root.
  package static let firmware = Collector(\.firmware) { root in
    let files = try FirmwareFiles(in: root).all
    guard !files.isEmpty else {
      return .absent("no image in \(FirmwareFiles.folders.joined(separator: ", "))")
    }
    let verdicts = await KernelHashVerifier.verdicts(on: Set(files.flatMap(\.sections)))
    let images = files.map { file in
      var image = file.image
      image.verifiesKernelHashes = KernelHashVerifier.isPresent(
        in: file.sections, verdicts: verdicts)
      return image
    }
    return .found(FirmwareImages(images: images))
  }
}
