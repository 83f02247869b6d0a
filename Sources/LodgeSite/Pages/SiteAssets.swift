import Foundation

/// What all pages use, and what programs read them by: built into the program.
package enum SiteAssets {
  /// The style sheet, the script, and the schemas of the JSON twins.
  package static var files: [SiteFile] {
    [
      SiteFile(path: "style.css", bytes: Data(PackageResources.style_css)),
      SiteFile(path: "lodge.js", bytes: Data(PackageResources.lodge_js)),
    ]
      + schemas.map { name, bytes in
        SiteFile(path: "schema/\(name).json", bytes: Data(bytes))
      }
  }

  /// The schemas by the name of what they describe.
  private static var schemas: [(String, [UInt8])] {
    [
      ("matrix", PackageResources.matrix_schema_json),
      ("set", PackageResources.set_schema_json),
      ("cell", PackageResources.cell_schema_json),
      ("promise", PackageResources.promise_schema_json),
      ("catalogue", PackageResources.catalogue_schema_json),
      ("difference", PackageResources.difference_schema_json),
      ("waivers", PackageResources.waivers_schema_json),
      ("about", PackageResources.about_schema_json),
    ]
  }
}
