/// What clients of a library are compiled against, as its debug information tells.
package struct LibraryInterface: Codable, Equatable, Sendable {
  /// A structure that clients may make or read themselves.
  package struct Structure: Codable, Equatable, Sendable {
    /// Bytes.
    package var size: Int
    /// Types by member, with the bit at which it begins, such as `64: unsigned long int`.
    package var members: [String: String]

    package init(size: Int, members: [String: String]) {
      (self.size, self.members) = (size, members)
    }
  }

  /// Declarations by public function, such as `int (virDomainPtr, virDomainInfoPtr)`.
  package var functions: [String: String]
  /// Structures that functions take or give, by tag.
  package var structures: [String: Structure]
  /// Numbers by name, by enumeration that functions take or give.
  package var enumerations: [String: [String: Int64]]

  package init(
    functions: [String: String], structures: [String: Structure] = [:],
    enumerations: [String: [String: Int64]] = [:]
  ) {
    (self.functions, self.structures) = (functions, structures)
    self.enumerations = enumerations
  }
}
