package import Foundation

// Instants and spans as policies, waivers and the command line write them. An instant is always one of
// UTC: a date without a zone means another instant in every lab.

extension Date {
  /// The instant in UTC, to the second.
  package var utc: String { formatted(Date.ISO8601FormatStyle(timeZone: .gmt)) }

  /// What ``init(utc:)`` reads, for messages.
  package static let utcGrammar =
    "instant such as 2026-12-31 or 2026-12-31T12:00:00Z, which are in UTC"

  /// Reads a date, which begins at midnight of UTC, or a time of UTC that ends in `Z`; nil for
  /// anything else, and for days that no month has.
  package init?(utc text: String) {
    let style = Date.ISO8601FormatStyle(timeZone: .gmt)
    let isDate = text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil
    let isTime = text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil
    guard isDate || isTime, let date = try? style.parse(isDate ? text + "T00:00:00Z" : text),
      date.utc == (isDate ? text + "T00:00:00Z" : text)
    else { return nil }
    self = date
  }
}

extension TimeInterval {
  /// Reads a span such as `14 days` or `36 hours`, at most a century; nil for anything else.
  package init?(inWords text: String) {
    guard let match = text.wholeMatch(of: /([1-9]\d{0,5}) (day|days|hour|hours)/),
      let number = TimeInterval(match.1)
    else { return nil }
    self = number * (match.2.hasPrefix("day") ? 86_400 : 3600)
    guard self <= 36_525 * 86_400 else { return nil }
  }

  /// The span in days or hours.
  package var inWords: String {
    let (days, hours) = (self / 86_400, self / 3600)
    func count(_ number: Double, _ noun: String) -> String {
      "\(Int(number)) \(noun)\(Int(number) == 1 ? "" : "s")"
    }
    return days == days.rounded() && days >= 1 ? count(days, "day") : count(hours, "hour")
  }
}
