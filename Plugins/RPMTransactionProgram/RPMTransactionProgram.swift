import Foundation
import PackagePlugin

/// Builds the program that installs RPM packages into a root, inside a sandbox.
///
/// An executable product would not do: SwiftPM links libswiftCore into every one, and the sandbox
/// has only what librpm needs.
@main
struct RPMTransactionProgram: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let sources = context.package.directoryURL.appending(path: "Sources/LodgeRPMTransaction")
    let files = try FileManager.default
      .contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
    let program = context.pluginWorkDirectoryURL.appending(path: "lodge-rpm-transaction")
    // The functions that stand in for libc's are found by librpm only where they are exported.
    let options = [
      "-std=gnu11", "-O2", "-g", "-pthread", "-Wall", "-Wextra", "-Werror", "-rdynamic",
      "-Wl,--build-id",
    ]
    let code = files.filter { $0.pathExtension == "c" }.map { $0.path(percentEncoded: false) }
    return [
      .buildCommand(
        displayName: "Building the program for RPM transactions",
        executable: try context.tool(named: "clang").url,
        arguments: options + ["-o", program.path(percentEncoded: false)] + code
          + ["-lrpm", "-lrpmio"],
        inputFiles: files, outputFiles: [program])
    ]
  }
}
