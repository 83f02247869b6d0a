import LodgePackages
import Testing

struct RootPlanTests {
  private func tree(_ entries: (String, PackageTree.Entry.Kind)...) -> PackageTree {
    PackageTree(entries: entries.map { PackageTree.Entry(path: $0.0, kind: $0.1, mode: 0o755) })
  }

  @Test func directoriesFromBeforeTheMergeLandBelowUsr() {
    let plan = RootPlan([
      ("old 1", tree(("lib", .directory), ("lib/libc.so", .file(size: 1)))),
      (
        "new 1",
        tree(("usr", .directory), ("usr/lib", .directory), ("usr/lib/libd.so", .file(size: 1)))
      ),
    ])
    #expect(plan.nodes["usr/lib/libc.so"] == .file(package: 0, path: "lib/libc.so"))
    #expect(plan.nodes["usr/lib/libd.so"] == .file(package: 1, path: "usr/lib/libd.so"))
    #expect(plan.nodes["lib"] == .link("usr/lib"))
    #expect(plan.nodes["lib64"] == nil)
    #expect(plan.notes.isEmpty)
  }

  @Test func aFileThatTwoPackagesHaveStaysWithTheFirstAndIsNoted() {
    let plan = RootPlan([
      ("one 1", tree(("etc/x", .file(size: 1)))), ("two 1", tree(("etc/x", .file(size: 2)))),
    ])
    #expect(plan.nodes["etc/x"] == .file(package: 0, path: "etc/x"))
    #expect(plan.notes == ["package two 1: entry etc/x: one 1 has it too and keeps it"])
  }

  @Test func aPathThroughAnotherPackagesLinkStaysInTheRoot() {
    let plan = RootPlan([
      ("one 1", tree(("opt/out", .link("/../../etc")))),
      ("two 1", tree(("opt/out/passwd", .file(size: 1)))),
    ])
    #expect(plan.nodes["etc/passwd"] == .file(package: 1, path: "opt/out/passwd"))
    #expect(plan.nodes.keys.allSatisfy { !$0.hasPrefix("/") && !$0.contains("..") })
  }

  @Test func linksInACircleAreNotedAndLeftOut() {
    let plan = RootPlan([
      ("one 1", tree(("a", .link("b")), ("b", .link("a")))),
      ("two 1", tree(("a/x", .file(size: 1)))),
    ])
    #expect(plan.notes.count == 1)
    #expect(plan.notes.first?.contains("circle") == true)
  }
}
