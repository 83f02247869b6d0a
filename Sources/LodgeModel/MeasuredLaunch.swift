/// What one domain gave to the TEE while it was launched, and the measurement that came of it.
package struct MeasuredLaunch: Codable, Equatable, Sendable {
  /// The label of the domain in its scenario.
  package var domain: String
  package var type: DomainType
  /// `sha256` or `sha384`.
  package var algorithm: String
  /// Lower-case hexadecimal: the launch digest, or MRTD.
  package var measurement: String
  /// The command that made the guest one of its type, such as `KVM_SEV_ES_INIT`.
  package var initialisation: String
  /// What is not measured and reported beside it, by the name of the call's member: policy,
  /// `host_data`, `mrconfigid`, `mrowner`, `mrownerconfig` ...
  package var attributes: [String: String]
  /// In the order in which they were measured.
  package var regions: [MeasuredRegion]
  package var predicted: Predicted

  /// What the inputs alone say of the measurement.
  package enum Predicted: Codable, Equatable, Sendable {
    case equal
    /// Another one, with the first place where the two launches differ.
    case differs(measurement: String, difference: String)
    /// It cannot be said; the text says why.
    case unknown(String)
  }

  package init(
    domain: String, type: DomainType, algorithm: String, measurement: String,
    initialisation: String, attributes: [String: String] = [:], regions: [MeasuredRegion],
    predicted: Predicted
  ) {
    (self.domain, self.type, self.algorithm) = (domain, type, algorithm)
    (self.measurement, self.initialisation) = (measurement, initialisation)
    (self.attributes, self.regions, self.predicted) = (attributes, regions, predicted)
  }
}

/// One call that put something into a measurement.
package struct MeasuredRegion: Codable, Equatable, Sendable {
  /// The UAPI name of the command.
  package var call: String
  /// How the TEE took it: `data`, `VMSA`, an SNP page type, `PAGE.ADD` with or without
  /// `MR.EXTEND`.
  package var kind: String
  /// Where the guest has it; nil where that is not measured.
  package var address: UInt64?
  /// Bytes.
  package var size: UInt64
  /// The first eight bytes of the SHA-256 of each page of measured contents, as hexadecimal
  /// digits, one after the other; empty for save areas, and where contents are not measured.
  package var pages: String
  /// Save areas, in the order of the vCPUs; equal ones that follow each other count as one.
  package var saveAreas: [Registers]

  /// The registers of some vCPUs as they were measured.
  package struct Registers: Codable, Equatable, Sendable {
    /// How many vCPUs have them.
    package var count: Int
    /// Fields that are not zero by their name in Linux, as hexadecimal numbers.
    package var fields: [String: String]

    package init(count: Int, fields: [String: String]) {
      (self.count, self.fields) = (count, fields)
    }
  }

  package init(
    call: String, kind: String, address: UInt64?, size: UInt64, pages: String = "",
    saveAreas: [Registers] = []
  ) {
    (self.call, self.kind, self.address, self.size) = (call, kind, address, size)
    (self.pages, self.saveAreas) = (pages, saveAreas)
  }
}
