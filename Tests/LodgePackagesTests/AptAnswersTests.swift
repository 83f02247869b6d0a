import LodgeModel
import LodgePackages
import Testing

struct AptAnswersTests {
  @Test func choicesAreReadFromASimulation() {
    let text = """
      Reading package lists...
      Inst libc6 (2.36-9+deb12u14 Debian:12.14/oldstable [amd64])
      Inst ovmf (2022.11-6+deb12u2 Debian:12.14/oldstable, Debian-Security:12/oldstable-security [all])
      Conf libc6 (2.36-9+deb12u14 Debian:12.14/oldstable [amd64])
      """
    let choices = AptChoice.parse(text)
    #expect(choices.map(\.name) == ["libc6", "ovmf"])
    #expect(choices.map(\.version) == ["2.36-9+deb12u14", "2022.11-6+deb12u2"])
  }

  @Test func aVersionBelongsToTheFirstSuiteThatHasIt() {
    let text = """
      ovmf:
        Installed: (none)
        Candidate: 2
        Version table:
           2 500
              500 mirror.example/debian sid/main amd64 Packages
              500 mirror.example/debian forky/main amd64 Packages
           1 100
              100 mirror.example/debian trixie/main amd64 Packages
      """
    let suites = AptPolicy.suites(in: text, order: ["forky", "sid", "trixie"])
    #expect(suites == ["ovmf=2": "forky", "ovmf=1": "trixie"])
  }

  @Test func unmetDependenciesAreReadWithTheirPackages() {
    let complaint = AptComplaint(
      """
      The following packages have unmet dependencies:
       qemu : Depends: qemu-common (= 2) but 1 is to be installed
              Depends: seabios (> 1.17) but 1.16 is to be installed
       other:amd64 : PreDepends: libc6 (>= 9) but 8 is to be installed
      E: Unable to correct problems
      """)
    #expect(complaint.unmetDependencies.map(\.package) == ["qemu", "qemu", "other"])
    #expect(complaint.unmetDependencies.map(\.dependency) == ["qemu-common", "seabios", "libc6"])
  }

  /// What apt prints, and what a user must read.
  @Test(arguments: [
    ("E: Unable to locate package qemu-sytem-x86", "did you mean qemu-system-x86?"),
    (
      "E: Release file for mirror.example/dists/sid/InRelease is expired (invalid since 17d 17h). Updates for this repository will not be applied.",
      "suite sid expired 17d 17h ago; set acceptExpired: true"
    ),
    (
      "E: The repository 'mirror.example trixy Release' does not have a Release file.",
      "no suite trixy"
    ),
    ("E: Failed to fetch mirror.example  Could not resolve 'mirror.example'", "check the network"),
    ("E: Release 'sid' for 'ovmf-x' was not found", "suite sid has no package ovmf-x"),
    (
      "The following packages have unmet dependencies:\n a : Depends: b (>= 2) but 1 is to be installed\nE: broken",
      "a : Depends: b (>= 2) but 1 is to be installed"
    ),
    ("E: Write error - write (28: No space left on device)", "free some space"),
  ])
  func aptsRefusalsSayWhatToDo(_ printed: String, _ wanted: String) {
    var complaint = AptComplaint(printed)
    complaint.candidates = ["ovmf", "qemu-system-x86"]
    let wish = AptWish(set: "mine", suites: ["sid"], acceptExpired: false, members: [])
    let text = "\(complaint.failure(for: wish))"
    #expect(text.contains("set mine") && text.contains(wanted), "\(text)")
  }
}
