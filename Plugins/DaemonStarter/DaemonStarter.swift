import Foundation
import PackagePlugin

/// Builds the program that starts one daemon after the other, to need libc alone.
///
/// An executable product would not do: SwiftPM links libswiftCore into every one, and no candidate's
/// root has it.
@main
struct DaemonStarter: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let source = context.package.directoryURL.appending(path: "Sources/LodgeDaemonStarter/main.c")
    let program = context.pluginWorkDirectoryURL.appending(path: "lodge-daemon-starter")
    let options = ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-Wl,--build-id"]
    let files = [program, source].map { $0.path(percentEncoded: false) }
    return [
      .buildCommand(
        displayName: "Building the daemon starter",
        executable: try context.tool(named: "clang").url,
        arguments: options + ["-o"] + files, inputFiles: [source], outputFiles: [program])
    ]
  }
}
