import LodgeModel

/// A firmware descriptor as its file spells it; keys that are not known do not matter.
///
/// **Source:** QEMU docs/interop/firmware.json.
struct DescriptorDocument: Decodable {
  private struct Mapping: Decodable {
    private struct File: Decodable {
      var filename: String
      var format: String?
    }

    var device: String
    var filename: String
    var mode: String?
    var nvramTemplate: String?
    var formats: [String]

    private enum CodingKeys: String, CodingKey {
      case device, filename, mode, executable
      case nvramTemplate = "nvram-template"
    }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: CodingKeys.self)
      device = try keys.decode(String.self, forKey: .device)
      mode = try keys.decodeIfPresent(String.self, forKey: .mode)
      let template = try keys.decodeIfPresent(File.self, forKey: .nvramTemplate)
      // Only flash has an executable beside its store of variables.
      let executable = try keys.decodeIfPresent(File.self, forKey: .executable)
      nvramTemplate = template?.filename
      filename = try executable?.filename ?? keys.decode(String.self, forKey: .filename)
      formats = [executable?.format, template?.format].compactMap(\.self)
    }
  }

  private struct Target: Decodable {
    var architecture: String
    var machines: [String]
  }

  private enum CodingKeys: String, CodingKey {
    case mapping, targets, features
    case interfaces = "interface-types"
  }

  private var interfaces: [String]
  private var mapping: Mapping
  private var targets: [Target]
  private var features: [String]

  /// The descriptor that the document is.
  func descriptor(source: Source) -> FirmwareDescriptor {
    var descriptor = FirmwareDescriptor(
      source: source, interfaces: interfaces, device: mapping.device, filename: mapping.filename,
      mode: mapping.mode, nvramTemplate: mapping.nvramTemplate, features: features,
      targets: Dictionary(
        targets.map { ($0.architecture, $0.machines) }, uniquingKeysWith: +))
    descriptor.formats = mapping.formats.isEmpty ? nil : mapping.formats
    return descriptor
  }
}
