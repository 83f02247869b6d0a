/// How long a server is waited for, and how often it is asked again.
package struct Patience: Equatable, Sendable {
  /// Until a connection stands.
  package var connect: Duration
  /// Without a byte of an answer.
  package var stall: Duration
  /// For one call in all, with its tries and the pauses between them.
  package var deadline: Duration
  /// At least one; a try that brought bytes of a file does not count.
  package var tries: Int
  /// Before the second try; each pause after it is twice as long.
  package var firstPause: Duration

  package init(
    connect: Duration = .seconds(15), stall: Duration = .seconds(60),
    deadline: Duration = .seconds(1800), tries: Int = 4, firstPause: Duration = .seconds(1)
  ) {
    (self.connect, self.stall, self.deadline) = (connect, stall, deadline)
    (self.tries, self.firstPause) = (max(tries, 1), firstPause)
  }

  private static let longestPause = Duration.seconds(30)

  /// How long to wait after a try that failed; tries are counted from 1.
  ///
  /// Between half of the nominal pause and all of it, so that many clients of a server that comes
  /// back do not come back together.
  package func pause(
    afterTry number: Int, using random: inout some RandomNumberGenerator
  ) -> Duration {
    let nominal = min(firstPause * (1 << min(max(number, 1) - 1, 16)), Self.longestPause)
    return nominal * Double.random(in: 0.5...1, using: &random)
  }
}
