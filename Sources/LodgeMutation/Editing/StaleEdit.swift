/// An edit that finds nothing to change: the packages moved on, and the edit must follow.
package struct StaleEdit: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
