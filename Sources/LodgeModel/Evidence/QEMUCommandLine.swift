/// The options of a QEMU's command line.
package struct QEMUCommandLine: Codable, Equatable, Sendable {
  /// Every option that `-help` tells, without its dash, ordered.
  package var options: [String]
  /// Parameters by group of options, from `query-command-line-options`, ordered; a group without
  /// parameters takes any.
  package var parameters: [String: [String]]

  package init(options: [String] = [], parameters: [String: [String]] = [:]) {
    (self.options, self.parameters) = (options, parameters)
  }
}
