/// Why a transcript cannot be read, with the line, counted from 1.
package struct TranscriptFailure: Error, Equatable, CustomStringConvertible {
  package var line: Int
  package var reason: String

  package var description: String {
    "cannot read the transcript: line \(line): \(reason)"
  }
}

extension Transcript {
  /// The largest transcript that is read; 1000 vCPUs write about a tenth of it.
  package static let sizeLimit = 64 << 20
  private static let callLimit = 400_000
  private static let noteLimit = 1_000

  /// Reads a file of the platform model: a guest that is started again appends to its first.
  ///
  /// - Throws: ``TranscriptFailure`` at the first line that is none of a transcript.
  package static func all(parsing text: String) throws(TranscriptFailure) -> [Transcript] {
    let heading = "# lodge transcript "
    var texts: [(start: Int, lines: [Substring.UTF8View])] = []
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if texts.isEmpty || line.starts(with: heading.utf8) { texts.append((index, [])) }
      texts[texts.count - 1].lines.append(line)
    }
    return try texts.map { start, lines throws(TranscriptFailure) in
      do throws(TranscriptFailure) {
        return try Transcript(lines: lines)
      } catch {
        throw TranscriptFailure(line: error.line + start, reason: error.reason)
      }
    }
  }

  /// Reads what the platform model wrote for one run of a program.
  ///
  /// - Throws: ``TranscriptFailure`` at the first line that is none of a transcript.
  package init(parsing text: String) throws(TranscriptFailure) {
    guard text.utf8.count <= Self.sizeLimit else {
      throw TranscriptFailure(line: 1, reason: "the text is larger than \(Self.sizeLimit) bytes")
    }
    try self.init(
      lines: text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false))
  }

  private init(lines: [Substring.UTF8View]) throws(TranscriptFailure) {
    self = try Self.heading(lines.first ?? ""[...].utf8)
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      do throws(LineFailure) {
        try append(line)
      } catch {
        throw TranscriptFailure(line: index + 1, reason: error.reason)
      }
    }
  }

  /// Reads `# lodge transcript 1 PROGRAM [guest=NAME] pid=N`.
  private static func heading(
    _ line: Substring.UTF8View
  ) throws(TranscriptFailure) -> Transcript {
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 6).map { String(Substring($0)) }
    guard words.starts(with: ["#", "lodge", "transcript"]), words.count >= 5, line.count <= 4096
    else {
      throw TranscriptFailure(line: 1, reason: "it does not start with “# lodge transcript 1”")
    }
    guard words[3] == "1" else {
      throw TranscriptFailure(
        line: 1, reason: "it has format \(words[3].prefix(20)), and only format 1 is known")
    }
    let guest = words.dropFirst(5).first { $0.hasPrefix("guest=") }?.dropFirst("guest=".count)
    // A program that is no guest writes a dash.
    let name = guest.flatMap { $0 == "-" ? nil : $0.decodedPercents }
    return Transcript(program: words[4].decodedPercents, guest: name)
  }

  private mutating func append(_ line: Substring.UTF8View) throws(LineFailure) {
    guard line.first != UInt8(ascii: "#") else { return try appendNote(line) }
    guard calls.count < Self.callLimit else {
      throw LineFailure("there are more than \(Self.callLimit) calls")
    }
    calls.append(try Call(parsing: line))
  }

  private mutating func appendNote(_ line: Substring.UTF8View) throws(LineFailure) {
    guard notes.count + numbers.count < Self.noteLimit else {
      throw LineFailure("there are more than \(Self.noteLimit) notes")
    }
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2).map { String(Substring($0)) }
    guard words.count == 3, words[0] == "#", words[2].utf8.count <= 4096 else {
      throw LineFailure("it is neither a call nor a note")
    }
    switch words[1] {
    case "note": notes.append(.remark(words[2]))
    case "signal": notes.append(.signal(words[2]))
    case "number":
      let parts = words[2].split(separator: " ")
      guard parts.count == 2, let number = Transcript.Value.text(String(parts[1])).number else {
        throw LineFailure("“\(words[2].prefix(40))” is no call with its number")
      }
      numbers[String(parts[0])] = number
    case let kind: throw LineFailure("notes of the kind “\(kind.prefix(40))” are not known")
    }
  }
}

/// Why a line is no call.
private struct LineFailure: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

extension Transcript.Call {
  private static let lineLimit = 16 << 10
  private static let wordLimit = 128

  /// Reads `SEQ OBJECT CALL [COMMAND] [name=value …] = RESULT [ERRNO] [extra …] [! WHO reason]`.
  fileprivate init(parsing line: Substring.UTF8View) throws(LineFailure) {
    guard line.count <= Self.lineLimit else {
      throw LineFailure("it is longer than \(Self.lineLimit) bytes")
    }
    let (words, refusal) = try Self.split(line)
    guard let equals = words.firstIndex(of: "="), equals >= 3, equals + 1 < words.count else {
      throw LineFailure("it is no “number object call … = result”")
    }
    guard let sequence = Int(words[0]), sequence > 0 else {
      throw LineFailure("“\(words[0].prefix(20))” is no number of a call")
    }
    self.init(
      sequence: sequence, object: words[1], call: words[2],
      answer: try Transcript.Answer(parsing: words[(equals + 1)...]), refusal: refusal)
    var arguments = words[3..<equals]
    if let word = arguments.first, !word.contains("=") {
      command = word
      arguments.removeFirst()
    }
    fields = try arguments.map(Transcript.Field.init(parsing:))
    for word in words[(equals + 2)...].drop(while: { $0 == answer.errnoName }) {
      if word.contains("=") {
        outputs.append(try Transcript.Field(parsing: word))
      } else if created == nil {
        created = word
      } else {
        throw LineFailure("“\(word.prefix(40))” stands behind the result")
      }
    }
  }

  /// The words before the exclamation mark, and the refusal behind it.
  private static func split(
    _ line: Substring.UTF8View
  ) throws(LineFailure) -> ([String], Transcript.Refusal?) {
    var words: [String] = []
    var rest = line
    while !rest.isEmpty {
      let word = rest.prefix { $0 != UInt8(ascii: " ") }
      rest = rest[word.endIndex...].dropFirst()
      if word.elementsEqual("!".utf8) { return (words, try Transcript.Refusal(parsing: rest)) }
      guard words.count < wordLimit else {
        throw LineFailure("it has more than \(wordLimit) words")
      }
      if !word.isEmpty { words.append(String(Substring(word))) }
    }
    return (words, nil)
  }
}

extension Transcript.Refusal {
  fileprivate init(parsing text: Substring.UTF8View) throws(LineFailure) {
    let who = text.prefix { $0 != UInt8(ascii: " ") }
    let name = String(Substring(who))
    guard let party = Party(rawValue: name) else {
      throw LineFailure("“\(name.prefix(20))” is nobody who refuses calls")
    }
    self.init(party, String(Substring(text[who.endIndex...].dropFirst())))
  }
}

extension Transcript.Field {
  fileprivate init(parsing word: String) throws(LineFailure) {
    let bytes = word.utf8
    guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals != bytes.startIndex else {
      throw LineFailure("“\(word.prefix(40))” is no “name=value”")
    }
    let value = Substring(bytes[bytes.index(after: equals)...])
    self.init(String(Substring(bytes[..<equals])), Transcript.Value(parsing: value))
  }
}

extension Transcript.Answer {
  /// Reads the result, and the errno's name where the result is negative.
  fileprivate init(parsing words: ArraySlice<String>) throws(LineFailure) {
    guard let result = words.first else { throw LineFailure("it has no result") }
    guard result.hasPrefix("-") else {
      self = .value(Transcript.Value(parsing: result[...]))
      return
    }
    guard let number = Int32(result.dropFirst()), number > 0 else {
      throw LineFailure("“\(result.prefix(20))” is no errno")
    }
    guard let name = words.dropFirst().first, name.hasPrefix("E") else {
      throw LineFailure("the errno \(number) stands without its name")
    }
    self = .failure(errno: number, name: name)
  }
}

extension Transcript.Value {
  fileprivate init(parsing text: Substring) {
    func rest(after prefix: String) -> String? {
      text.hasPrefix(prefix) ? text.dropFirst(prefix.count).decodedPercents : nil
    }
    if let address = rest(after: "ptr:") {
      self = .pointer(address)
    } else if let number = rest(after: "fd:") {
      self = .file(number)
    } else if let time = rest(after: "time:") {
      self = .time(time)
    } else {
      self = .text(text.decodedPercents)
    }
  }
}

extension StringProtocol {
  /// The text with `%20` and its like read; a percent sign that starts no byte stays.
  fileprivate var decodedPercents: String {
    guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
    let bytes = Array(utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        decoded.append(byte)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }
}
