extension QMPSchema {
  /// The types of some commands' arguments and answers, as `query-qmp-schema` tells them.
  ///
  /// **Source:** QEMU qapi/introspect.json.
  package struct Shapes: Codable, Equatable, Sendable {
    /// The type of each command's arguments.
    package var commands: [String: String]
    /// The type of each command's answer.
    package var answers: [String: String]
    /// By the name that the schema gives, mostly a number; types name each other and may recurse.
    package var types: [String: Shape]

    package init(
      commands: [String: String], types: [String: Shape], answers: [String: String] = [:]
    ) {
      (self.commands, self.types, self.answers) = (commands, types, answers)
    }

    /// Reads shapes; what was added after the first day may be missing.
    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        commands: try container.decode([String: String].self, forKey: .commands),
        types: try container.decode([String: Shape].self, forKey: .types),
        answers: try container.decodeIfPresent([String: String].self, forKey: .answers) ?? [:])
    }

    /// What the answer to a command looks like; nil where it was not followed.
    package func answer(to command: String) -> Shape? { answers[command].flatMap { types[$0] } }
  }

  /// What values of a type look like.
  package enum Shape: Codable, Equatable, Sendable {
    /// A JSON type: `int`, `string`, `boolean`, `number`, `null` or `value` (anything).
    case builtin(String)
    case enumeration([String])
    case array(of: String)
    /// The value of the member `tag` picks the arm whose members are there as well.
    case object(members: [String: ShapeMember], tag: String?, arms: [String: String])
    case alternate([String])
  }

  /// One member of an object.
  package struct ShapeMember: Codable, Equatable, Sendable {
    /// The name of its type.
    package var type: String
    package var isOptional: Bool
    package var isDeprecated: Bool

    package init(type: String, isOptional: Bool, isDeprecated: Bool = false) {
      (self.type, self.isOptional, self.isDeprecated) = (type, isOptional, isDeprecated)
    }
  }
}
