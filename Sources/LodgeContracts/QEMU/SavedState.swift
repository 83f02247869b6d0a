import LodgeModel

/// A build's form of device state, with its fields read once.
struct SavedState {
  /// A field as it lies in a stream, whatever structure it belongs to.
  struct Field {
    var name: String
    var size: Int
    var version: Int
    /// Whether a callback decides if it is there.
    var isConditional: Bool
    /// The key of its structure; nil for plain bytes.
    var nested: String?

    /// Whether it is there for older streams only.
    var isSkipped: Bool { name == "unused" }

    /// How findings name it.
    var words: String { "\(name) of \(size) bytes" }
  }

  private let states: VMStates
  private let fields: [String: [Field]]
  /// Flattened structures by key.
  private var flat: [String: [Field]] = [:]
  /// The structures in each structure, itself first.
  private var parts: [String: [String]] = [:]

  /// Reads the fields of all structures.
  init(_ states: VMStates) {
    self.states = states
    fields = states.descriptions.mapValues { $0.fields.compactMap(Field.init) }
  }

  /// The plain fields that a stream of some version of a structure has, in their order.
  mutating func fields(of key: String, upTo version: Int) -> [Field] {
    flattened(key, depth: Self.depthLimit).filter { $0.version <= version }
  }

  /// A structure and all that is nested in it, each once.
  mutating func parts(of key: String) -> [String] {
    if let known = parts[key] { return known }
    var (found, seen, pending): ([String], Set<String>, [String]) = ([], [], [key])
    while let next = pending.popLast() {
      guard let description = states.descriptions[next], seen.insert(next).inserted else {
        continue
      }
      found.append(next)
      pending += description.subsections
      pending += (fields[next] ?? []).compactMap(\.nested)
    }
    parts[key] = found
    return found
  }

  /// The optional parts of a structure, however deep.
  mutating func subsections(of key: String) -> [String] {
    parts(of: key).flatMap { states.descriptions[$0]?.subsections ?? [] }
  }

  private mutating func flattened(_ key: String, depth: Int) -> [Field] {
    if let known = flat[key] { return known }
    guard depth > 0 else { return [] }
    var all: [Field] = []
    for field in fields[key] ?? [] {
      guard let nested = field.nested else {
        all.append(field)
        continue
      }
      // A nested structure is read by its own version, whatever the stream says of the outer one.
      let own = states.descriptions[nested]?.version ?? 0
      for var inner in flattened(nested, depth: depth - 1) where inner.version <= own {
        inner.version = field.version
        inner.isConditional = inner.isConditional || field.isConditional
        all.append(inner)
      }
    }
    flat[key] = all
    return all
  }

  /// How deep structures are nested at most; real ones are six.
  private static let depthLimit = 16
}

extension SavedState.Field {
  /// Reads `name size version structure`, with a question mark after a name that is conditional.
  fileprivate init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 3)
    guard parts.count >= 3, let size = Int(parts[1]), let version = Int(parts[2]) else {
      return nil
    }
    isConditional = parts[0].last == "?"
    name = String(isConditional ? parts[0].dropLast() : parts[0])
    (self.size, self.version) = (size, version)
    nested = parts.count > 3 ? String(parts[3]) : nil
  }
}

/// The first place where two forms of a device's state differ.
struct FieldChange: Hashable {
  /// What is written there.
  var before: String
  /// What is read there.
  var now: String

  /// Compares by bytes; nil where a reader finds each field where it was written.
  ///
  /// What a callback may leave out is skipped where it fits nowhere.
  init?(from written: [SavedState.Field], to read: [SavedState.Field]) {
    var (old, own) = (written[...], read[...])
    while let field = old.first, let reader = own.first {
      if reader.size == field.size {
        (old, own) = (old.dropFirst(), own.dropFirst())
      } else if reader.isConditional {
        own = own.dropFirst()
      } else if field.isConditional {
        old = old.dropFirst()
      } else if reader.isSkipped, let rest = old.skipping(reader.size) {
        (old, own) = (rest, own.dropFirst())
      } else if field.isSkipped, let rest = own.skipping(field.size) {
        (old, own) = (old.dropFirst(), rest)
      } else {
        self.init(before: field.words, now: reader.words)
        return
      }
    }
    let (left, more) = (old.first { !$0.isConditional }, own.first { !$0.isConditional })
    guard left != nil || more != nil else { return nil }
    self.init(before: left?.words ?? "nothing", now: more?.words ?? "nothing")
  }

  private init(before: String, now: String) { (self.before, self.now) = (before, now) }
}

extension ArraySlice<SavedState.Field> {
  /// What follows fields of so many bytes in all; nil where no field ends there.
  fileprivate func skipping(_ bytes: Int) -> Self? {
    var (rest, left) = (self, bytes)
    while left > 0, let next = rest.popFirst() { left -= next.size }
    return left == 0 ? rest : nil
  }
}
