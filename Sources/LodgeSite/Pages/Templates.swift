import Foundation
import Mustache

/// What pages are made of: templates, a style sheet and a script, all built into the program.
package struct Templates: Sendable {
  /// For each depth of folders the templates, with the way to the site's root written in.
  private let libraries: [MustacheLibrary]

  /// The templates that are built in.
  package static let builtIn = Templates()

  /// Reads them; one that cannot be read is a defect of this build, and tests find it.
  private init() {
    MustacheContentTypes.register(StrictMarkup(), named: StrictMarkup.name)
    libraries = (0...2).map { depth in
      let root = String(repeating: "../", count: depth)
      var library = MustacheLibrary()
      for (name, text) in Self.texts {
        do {
          try library.register(text.replacing("{{root}}", with: root), named: name)
        } catch {
          preconditionFailure("the template \(name) of this build is broken: \(error)")
        }
      }
      return library
    }
  }

  /// The page of a template at an address, filled with values by name.
  func page(_ name: String, at address: Address, _ values: Filling) -> String {
    let depth = address.path.utf8.count { $0 == UInt8(ascii: "/") }
    guard depth < libraries.count else {
      preconditionFailure("no page is so deep: \(address.path)")
    }
    return libraries[depth].render(values, withTemplate: name) ?? ""
  }

  /// The templates by name.
  static var texts: [String: String] {
    let files = [
      "about": PackageResources.about_mustache,
      "catalogue": PackageResources.catalogue_mustache,
      "cell": PackageResources.cell_mustache,
      "comparison": PackageResources.comparison_mustache,
      "contract": PackageResources.contract_mustache,
      "contracts": PackageResources.contracts_mustache,
      "crumbs": PackageResources.crumbs_mustache,
      "finding": PackageResources.finding_mustache,
      "foot": PackageResources.foot_mustache,
      "head": PackageResources.head_mustache,
      "matrix": PackageResources.matrix_mustache,
      "name": PackageResources.name_mustache,
      "red": PackageResources.red_mustache,
      "results": PackageResources.results_mustache,
      "scenario": PackageResources.scenario_mustache,
      "scenarios": PackageResources.scenarios_mustache,
      "set": PackageResources.set_mustache,
      "table": PackageResources.table_mustache,
      "waivers": PackageResources.waivers_mustache,
    ]
    return files.mapValues { String(decoding: $0, as: UTF8.self) }
  }
}
