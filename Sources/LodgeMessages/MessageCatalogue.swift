import Foundation
package import LodgeModel
import Yams

/// What the layers print and others search for.
package struct MessageCatalogue: Sendable {
  /// In the order of the file, markers last.
  package let messages: [Message]

  /// Makes a catalogue of some texts.
  package init(_ messages: [Message]) { self.messages = messages }

  /// Reads the text of a catalogue.
  ///
  /// - Throws: what Yams says of a text that is no catalogue.
  package init(yaml text: String) throws {
    let file = try YAMLDecoder().decode(File.self, from: text)
    let markers = file.markers.map { marker in
      var marker = marker
      marker.isMarker = true
      return marker
    }
    messages = file.messages + markers
  }

  /// The catalogue that the program was built with.
  package static let builtIn: Self = {
    do {
      return try Self(yaml: builtInText)
    } catch {
      preconditionFailure("Messages.yaml, which was built in, cannot be read: \(error)")
    }
  }()

  /// The text of the catalogue that the program was built with.
  package static var builtInText: String {
    String(decoding: PackageResources.Messages_yaml, as: UTF8.self)
  }

  /// The text of an id; nil where there is none.
  package subscript(_ id: String) -> Message? { messages.first { $0.id == id } }

  private struct File: Decodable {
    var messages: [Message]
    var markers: [Message]
  }
}
