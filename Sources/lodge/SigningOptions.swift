import ArgumentParser
import LodgeAttestation
import LodgeModel

/// The key that this lab signs with.
struct SigningOptions: ParsableArguments {
  @Option(
    name: .customLong("sign-with"),
    help: ArgumentHelp(
      "The private key to sign with; the only one of your keys where none is named.",
      valueName: "file"))
  var key: String?

  /// Reads the key.
  func signingKey() throws -> SigningKey {
    if let key { return try SigningKey(file: key) }
    let own = try OwnKeys.files()
    guard own.count == 1, let only = own.first else {
      throw InputFailure(
        "there are several keys, \(own.joined(separator: ", ")); name one with --sign-with FILE")
    }
    return try SigningKey(file: only)
  }
}

/// The labs whose signatures count.
struct TrustOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of trusted keys, LAB.pub each; Matrices/keys where none is given.",
      valueName: "dir"))
  var keys: String?

  @Option(help: ArgumentHelp("Trust this one key, of the lab LAB.pub.", valueName: "file"))
  var key: String?

  func validate() throws {
    guard key == nil || keys == nil else { throw ValidationError("name --keys DIR or --key FILE") }
  }

  /// Reads the keys.
  func trustedKeys() throws -> TrustedKeys {
    if let key { return try TrustedKeys([TrustedKeys.Lab(file: key)]) }
    let folder = keys ?? "Matrices/keys"
    let trusted = try TrustedKeys(folder: folder)
    guard !trusted.labs.isEmpty else {
      throw InputFailure(
        "there is no key in \(folder), so that nobody is trusted; put the .pub files of labs there,"
          + " or name one with --key FILE")
    }
    return trusted
  }
}
