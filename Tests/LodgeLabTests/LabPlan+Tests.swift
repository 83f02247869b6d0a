import Foundation
import LodgeLab
import LodgeTesting
import Testing

extension LabPlan {
  /// A lab over a whole root on the made-up host, with its cache in a folder.
  init(of root: String?, in folder: TemporaryFolder) throws {
    self.init(
      root: try #require(root), description: try ModelledHost.description(),
      hostFiles: ModelledHost.files, library: try #require(PlatformModel.library),
      cache: "\(folder.path)/cache")
  }

  /// A lab that nothing could run in: its root in the folder has one empty program.
  init(ofNothingIn folder: TemporaryFolder) throws {
    try folder.write("", to: "root/usr/bin/true")
    self.init(
      root: "\(folder.path)/root", description: Data(), hostFiles: [:],
      library: try folder.write("", to: "library.so"), cache: "\(folder.path)/cache")
  }
}
