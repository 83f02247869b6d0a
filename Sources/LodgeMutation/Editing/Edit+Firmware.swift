import Foundation
import LodgeModel

/// An image that edits can be made of.
enum EditedImage: String, Sendable {
  case amdSEV = "OVMF.amdsev.fd"
  case intelTDX = "OVMF.inteltdx.ms.fd"
  case generic = "OVMF_CODE_4M.fd"
  case whole = "OVMF.fd"

  /// Where the image is.
  var patterns: [String] { ["usr/share/ovmf/\(rawValue)", "usr/share/OVMF/\(rawValue)"] }
}

// Changes of firmware and its descriptors.
extension Edit {
  private static let firmwareFacts: Set<FactName> = .of(.firmware)

  /// Changes an image.
  static func image(
    _ image: EditedImage, _ title: String,
    change: @escaping @Sendable (inout FirmwareEditor) throws -> Void
  ) -> Self {
    Self("\(image.rawValue): \(title)", facts: firmwareFacts) { tree in
      try tree.edit(try tree.find(image.patterns)) { bytes in
        var editor = FirmwareEditor(bytes)
        try change(&editor)
        bytes = editor.bytes
      }
    }
  }

  /// Puts one image in place of another.
  static func image(_ image: EditedImage, is other: EditedImage) -> Self {
    Self("\(image.rawValue) is what \(other.rawValue) is", facts: firmwareFacts) { tree in
      let bytes = try tree.read(try tree.find(other.patterns))
      try tree.edit(try tree.find(image.patterns)) { $0 = [UInt8](bytes) }
    }
  }

  /// Where a descriptor is, by a part of its name.
  private static func descriptorPattern(_ name: String) -> [String] {
    ["usr/share/qemu/firmware/*\(name).json"]
  }

  /// Changes a descriptor, by a part of its name.
  static func descriptor(
    _ name: String, _ title: String,
    change: @escaping @Sendable (inout JSONTree) throws -> Void
  ) -> Self {
    Self("\(name).json: \(title)", facts: firmwareFacts) { tree in
      try tree.edit(try tree.find(descriptorPattern(name))) { bytes in
        var document = try JSONTree(Data(bytes))
        let old = document
        try change(&document)
        guard document != old else { throw StaleEdit("it stays as it is") }
        bytes = Array(document.text(indent: "    ").utf8)
      }
    }
  }

  /// Changes the text of all descriptors, whatever they say.
  static func descriptors(
    _ title: String, change: @escaping @Sendable (JSONTree) -> String
  ) -> Self {
    Self(title, facts: firmwareFacts) { tree in
      for file in tree.matches("usr/share/qemu/firmware/*.json") {
        try tree.edit(file) { bytes in
          bytes = Array(change(try JSONTree(Data(bytes))).utf8)
        }
      }
    }
  }

  /// Has a descriptor claim a feature more.
  static func claim(_ feature: String, by descriptor: String) -> Self {
    self.descriptor(descriptor, "claims \(feature)") {
      $0["features"]?.elements.append(.string(feature))
    }
  }
}
