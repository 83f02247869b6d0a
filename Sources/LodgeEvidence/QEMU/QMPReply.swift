/// The shapes of QEMU's replies that Lodge reads; unknown keys are passed over.
///
/// **Source:** QEMU docs/interop/qmp-spec.rst and qapi/{introspect,qom,machine,control}.json.
enum QMPReply {
  struct Kind: Decodable { var event: String? }

  struct Greeting: Decodable {
    struct Body: Decodable { var version: Version }
    var body: Body

    private enum CodingKeys: String, CodingKey { case body = "QMP" }
  }

  /// What the greeting says of the build.
  struct Version: Decodable, Sendable {
    /// The upstream version's three numbers.
    struct Number: Decodable, Sendable {
      var major: Int
      var minor: Int
      var micro: Int
    }

    var qemu: Number
    var package: String
  }

  struct Return<Value: Decodable>: Decodable { var `return`: Value }

  struct Refusal: Decodable {
    struct Reason: Decodable {
      var `class`: String
      var desc: String
    }

    var error: Reason
  }

  /// One entry of `query-qmp-schema`; which keys are there depends on its meta-type.
  struct SchemaEntry: Decodable, Sendable {
    /// One member of an object type.
    struct Member: Decodable, Sendable {
      var name: String
      var type: String
      var features: [String]?
      /// Whether the member may be left out: its `default` is there, and null.
      var isOptional: Bool

      private enum CodingKeys: String, CodingKey { case name, type, features, `default` }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        type = try container.decode(String.self, forKey: .type)
        features = try container.decodeIfPresent([String].self, forKey: .features)
        isOptional = container.contains(.default)
      }
    }

    /// One arm of a flat union.
    struct Variant: Decodable, Sendable {
      var `case`: String
      var type: String
    }

    /// One value of an enumeration.
    struct Value: Decodable, Sendable { var name: String }

    /// One type of an alternate.
    struct Alternative: Decodable, Sendable { var type: String }

    var name: String
    var metaType: String
    var jsonType: String?
    var argType: String?
    /// Of a command: the type of its answer.
    var returnType: String?
    var members: [Member]?
    var variants: [Variant]?
    var values: [String]?
    /// Of an array: the type of its elements.
    var elementType: String?
    /// Of a flat union: the member that picks the arm.
    var tag: String?
    /// Of an alternate: its types.
    var alternatives: [String]?

    private enum CodingKeys: String, CodingKey {
      case name, members, variants, values, tag
      case elementType = "element-type"
      case metaType = "meta-type"
      case jsonType = "json-type"
      case argType = "arg-type"
      case returnType = "ret-type"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      metaType = try container.decode(String.self, forKey: .metaType)
      jsonType = try container.decodeIfPresent(String.self, forKey: .jsonType)
      argType = try container.decodeIfPresent(String.self, forKey: .argType)
      returnType = try container.decodeIfPresent(String.self, forKey: .returnType)
      variants = try container.decodeIfPresent([Variant].self, forKey: .variants)
      values = try container.decodeIfPresent([String].self, forKey: .values)
      elementType = try container.decodeIfPresent(String.self, forKey: .elementType)
      tag = try container.decodeIfPresent(String.self, forKey: .tag)
      // An enumeration's members are its values with their features, an object's its fields.
      if metaType == "object" {
        members = try container.decodeIfPresent([Member].self, forKey: .members)
      } else if metaType == "enum", values == nil {
        values = try container.decodeIfPresent([Value].self, forKey: .members)?.map(\.name)
      } else if metaType == "alternate" {
        alternatives =
          try container.decodeIfPresent([Alternative].self, forKey: .members)?.map(\.type)
      }
    }
  }

  /// One type of `qom-list-types`.
  struct TypeInfo: Decodable, Sendable {
    var name: String
    var abstract: Bool?
  }

  /// One property of `qom-list-properties`.
  struct Property: Decodable, Sendable {
    var name: String
    var type: String
  }

  /// One group of options of `query-command-line-options`.
  struct OptionGroup: Decodable, Sendable {
    /// One option of a group.
    struct Parameter: Decodable, Sendable { var name: String }

    var option: String
    var parameters: [Parameter]
  }

  /// One machine of `query-machines`.
  struct Machine: Decodable, Sendable {
    var name: String
    var alias: String?
    var isDefault: Bool?
    var deprecated: Bool?
    var cpuMax: Int

    private enum CodingKeys: String, CodingKey {
      case name, alias, deprecated
      case isDefault = "is-default"
      case cpuMax = "cpu-max"
    }
  }

  /// One model of `query-cpu-definitions`.
  struct CPUModel: Decodable, Sendable {
    var name: String
    var deprecated: Bool?
    var aliasOf: String?

    private enum CodingKeys: String, CodingKey {
      case name, deprecated
      case aliasOf = "alias-of"
    }
  }
}
