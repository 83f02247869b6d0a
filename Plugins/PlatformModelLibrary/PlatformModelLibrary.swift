import Foundation
import PackagePlugin

/// Builds the platform model into a shared library that needs libc alone.
///
/// A library product would not do: SwiftPM links libswiftCore into every one, and no candidate's
/// root has it.
@main
struct PlatformModelLibrary: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let sources = context.package.directoryURL.appending(path: "Sources/LodgePlatformModel")
    let files = try FileManager.default
      .contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
    let library = context.pluginWorkDirectoryURL.appending(path: "liblodge-platform-model.so")
    let options = [
      "-std=gnu11", "-shared", "-fPIC", "-O2", "-g", "-pthread", "-fvisibility=hidden",
      "-fno-strict-aliasing", "-Wall", "-Wextra", "-Werror", "-Wl,-z,defs", "-Wl,--build-id",
    ]
    let code = files.filter { $0.pathExtension == "c" }.map { $0.path(percentEncoded: false) }
    return [
      .buildCommand(
        displayName: "Building the platform model", executable: try context.tool(named: "clang").url,
        arguments: options + ["-o", library.path(percentEncoded: false)] + code,
        inputFiles: files, outputFiles: [library])
    ]
  }
}
