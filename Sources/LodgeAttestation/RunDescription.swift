package import Foundation
package import LodgeModel

/// What a statement says of the run that it is about.
package struct RunDescription: Equatable, Sendable {
  /// Names the run among all runs of all labs: where it can be looked at, or `urn:uuid:...`.
  package let uri: String
  /// How far the run went.
  package let stage: Stage
  package let ended: Timestamp
  /// The version of Lodge.
  package let lodge: String
  /// What the run was told to do, such as the matrix file.
  package let configuration: [ResourceDescriptor]

  package init(
    uri: String, stage: Stage, ended: Date, lodge: String, configuration: [ResourceDescriptor]
  ) {
    (self.uri, self.stage, self.ended) = (uri, stage, Timestamp(ended))
    (self.lodge, self.configuration) = (lodge, configuration)
  }
}
