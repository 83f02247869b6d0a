import Foundation
import LodgeMeasurement
import LodgeModel
import LodgeTesting

/// Handmade images and other files on disk, where the peers read them.
struct PeerFiles: Sendable {
  /// Images that start guests of all types and take hashes, by their paths.
  let images: [String: LaunchFirmware]
  /// What may be a kernel or an initrd: the empty file too.
  let others: [String]
  private let folder: TemporaryFolder

  /// Writes images of several sizes, with their sections in orders of their own.
  init(sizes: [Int] = [64, 64, 68, 96, 128, 256, 512, 1024], seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(state: seed)
    var images: [String: LaunchFirmware] = [:]
    for (index, size) in sizes.enumerated() {
      let bytes = HandmadeFirmware.drawn(size << 10, using: &random).data
      let path = try folder.write(bytes, to: "\(index).fd")
      images[path] = LaunchFirmware(bytes, name: path)
    }
    others = try [0, 1, 4096, 70_001].map { size in
      let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      return try folder.write(Data(bytes), to: "\(size).bin")
    }
    (self.images, self.folder) = (images, folder)
  }

  /// The paths of the images, in one order.
  var paths: [String] { images.keys.sorted() }
}

extension HandmadeFirmware {
  /// Draws an image: how many sections it has, where they are and in which order they stand.
  static func drawn(_ size: Int, using random: inout SplitMix) -> HandmadeFirmware {
    var firmware = HandmadeFirmware(size: size, seed: random.next())
    firmware.hasVolumes = Bool.random(using: &random)
    firmware.resetBlock = UInt32.random(in: 1...UInt32.max, using: &random)
    firmware.hashArea?.base = 0x81_0000 + 16 * UInt64.random(in: 0...245, using: &random)
    for index in 0..<UInt64.random(in: 0...3, using: &random) {
      let pages = UInt64.random(in: 1...4, using: &random)
      let type: UInt32 = Bool.random(using: &random) ? 1 : 4
      firmware.sev?.sections.append(
        .init(base: 0x100_0000 + index << 16, size: pages * Page.size, type: type))
      firmware.tdvf?.sections.append(
        .init(
          dataOffset: 0, rawSize: 0, address: 0x100_0000 + index << 16,
          memorySize: pages * Page.size, type: 3,
          // Nobody measures such memory; the format lets one.
          attributes: Bool.random(using: &random) ? 1 : 0))
    }
    // The variables are measured by some builds: IntelTdx with the keys in them.
    if Bool.random(using: &random) { firmware.tdvf?.sections[1].attributes = 1 }
    firmware.sev?.sections.shuffle(using: &random)
    firmware.tdvf?.sections.shuffle(using: &random)
    return firmware
  }
}
