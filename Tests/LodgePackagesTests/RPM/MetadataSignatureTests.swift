import Testing

@testable import LodgePackages

struct MetadataSignatureTests {
  @Test(arguments: [
    ("[GNUPG:] GOODSIG AA11 SIG\n[GNUPG:] VALIDSIG BB\n", true, nil),
    ("[GNUPG:] BADSIG AA11 SIG\n", false, "does not fit its bytes"),
    ("[GNUPG:] EXPKEYSIG AA11 SIG\n[GNUPG:] VALIDSIG BB\n", true, "AA11, which has expired"),
    ("[GNUPG:] REVKEYSIG AA11 SIG\n[GNUPG:] VALIDSIG BB\n", true, "was revoked"),
    (
      "[GNUPG:] ERRSIG AA11 1 8 00 1 9 -\n[GNUPG:] NO_PUBKEY AA11\n", false,
      "AA11, which is not known"
    ),
    ("[GNUPG:] NODATA 4\n", false, "cannot be read"),
    ("", true, "cannot be read"),
  ])
  func whatGpgvSaysIsUnderstood(status: String, succeeded: Bool, words: String?) {
    let complaint = MetadataSignature.complaint(status, succeeded: succeeded)
    guard let words else {
      #expect(complaint == nil)
      return
    }
    #expect(complaint?.contains(words) == true, "\(complaint ?? "nothing")")
  }
}
