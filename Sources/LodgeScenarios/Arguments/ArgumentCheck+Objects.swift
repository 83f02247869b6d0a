import Foundation
import LodgeModel

extension ArgumentCheck {
  /// `-object`, as JSON or as keys with values.
  func objectFindings(_ value: String) -> [Finding] {
    let name: String?
    let type: String?
    let given: JSONText?
    if value.hasPrefix("{") {
      guard let json = JSONText(parsing: value) else { return [noJSON("object")] }
      (name, type, given) = (json["id"]?.text, json["qom-type"]?.text, json)
    } else {
      let list = KeyValues(value)
      (name, type, given) = (list["id"], list.first ?? list["qom-type"], nil)
    }
    let argument = ["-object", type, name].compactMap(\.self).joined(separator: " ")
    guard let type else {
      return [finding(.fail, argument, "needs a qom-type, and there is none", at: "object-add")]
    }
    guard qom.names.contains(type) else {
      return [unknownObject(type, argument)]
    }
    if let given {
      return findings(
        schema.shapes.misfits(of: given, asArgumentsOf: "object-add"), argument, "object-add")
    }
    let known = (schema.objects[type]?.keys).map(Set.init) ?? []
    return KeyValues(value).pairs.map { $0.key.beforeDot }.filter {
      !known.isEmpty && $0 != "id" && $0 != "qom-type" && !known.contains($0)
    }.map { unknownProperty($0, of: type, argument, known, at: "object-add/\(type)") }
  }

  private func unknownObject(_ type: String, _ argument: String) -> Finding {
    let guests = DomainType.confidential.filter { QOMTypes.guestObject(for: $0) == type }
    let titles = guests.map(\.title).joined(separator: " and ")
    return finding(
      .fail, argument, "has no object type \(type)", at: "qom-list-types",
      remedy: titles.isEmpty ? Self.usualRemedy : "ship a QEMU that has \(type), for \(titles)")
  }

  /// `-device`: the driver is known, and its properties are where QEMU was asked for them.
  func deviceFindings(_ value: String) -> [Finding] {
    let driver: String?
    var given: [String: JSONText?] = [:]
    if value.hasPrefix("{") {
      guard case .object(let members)? = JSONText(parsing: value) else { return [noJSON("device")] }
      driver = members["driver"]?.text
      given = members.mapValues(Optional.some)
    } else {
      let list = KeyValues(value)
      driver = list.first ?? list["driver"]
      for pair in list.pairs { given[pair.key] = .some(nil) }
    }
    let name = (given["id"] ?? nil)?.text
    let argument = ["-device", driver, name].compactMap(\.self).joined(separator: " ")
    guard let driver else {
      return [finding(.fail, argument, "needs a driver, and there is none", at: "device_add")]
    }
    guard qom.names.contains(driver) else {
      let near = suggestion(for: driver, among: qom.names.sorted())
      return [finding(.fail, argument, "has no device \(driver)\(near)", at: "qom-list-types")]
    }
    guard let known = qom.devices[driver] else { return [] }
    return given.filter { !["driver", "id", "bus"].contains($0.key) }
      .sorted { $0.key < $1.key }.compactMap { key, value in
        guard let type = known[key.beforeDot] else {
          return unknownProperty(key, of: driver, argument, Set(known.keys), at: driver)
        }
        guard let value, !value.fits(property: type) else { return nil }
        return finding(
          .fail, argument, "takes \(type) for \(key), not a JSON \(value.typeName)",
          at: "\(driver).\(key)")
      }
  }

  /// An option whose JSON form is the argument of a monitor command.
  func schemaFindings(
    _ value: String, on option: String, by command: String, tag: String
  ) -> [Finding] {
    guard value.hasPrefix("{") else {
      let list = KeyValues(value)
      guard let picked = list.first ?? list[tag] else { return [] }
      let misfits = schema.shapes.misfits(
        of: .object([tag: .string(picked)]), asArgumentsOf: command)
      // Keys with values are all text: only what is picked can be judged.
      return findings(misfits.filter { $0.path == [tag] }, "-\(option) \(picked)", command)
    }
    guard let json = JSONText(parsing: value) else { return [noJSON(option)] }
    let words = [json[tag]?.text, json["node-name"]?.text ?? json["id"]?.text]
    let argument = (["-\(option)"] + words.compactMap(\.self)).joined(separator: " ")
    return findings(schema.shapes.misfits(of: json, asArgumentsOf: command), argument, command)
  }

  private func findings(
    _ misfits: [Misfit], _ argument: String, _ command: String
  ) -> [Finding] {
    misfits.map { misfit in
      let place = misfit.path.joined(separator: ".")
      return finding(
        misfit.isDeprecation ? .warn : .fail,
        place.isEmpty ? argument : "\(argument): \(place)", misfit.words,
        at: ([command] + misfit.path).joined(separator: "/"))
    }
  }

  private func unknownProperty(
    _ name: String, of type: String, _ argument: String, _ known: Set<String>, at place: String
  ) -> Finding {
    finding(
      .fail, argument,
      "has no property \(name) of \(type)\(suggestion(for: name, among: known.sorted()))", at: place
    )
  }

  private func noJSON(_ option: String) -> Finding {
    finding(.fail, "-\(option)", "wants JSON or keys with values, and this is neither", at: "-help")
  }
}

extension JSONText {
  /// Reads one JSON value; nil for anything else.
  init?(parsing text: String) {
    guard let value = try? JSONDecoder().decode(JSONText.self, from: Data(text.utf8)) else {
      return nil
    }
    self = value
  }

  /// A member of an object; nil where there is none.
  subscript(member: String) -> JSONText? {
    guard case .object(let members) = self else { return nil }
    return members[member]
  }

  /// Whether a property of a QOM type can take the value: numbers may be given as text (`addr`).
  fileprivate func fits(property type: String) -> Bool {
    switch self {
    case .boolean: !(type.hasPrefix("uint") || type.hasPrefix("int") || type.hasPrefix("str"))
    case .string: type != "bool"
    case .integer, .number: type != "bool" && !type.hasPrefix("OnOff") && type != "string"
    case .array, .object, .null: true
    }
  }
}

extension String {
  /// The key without what is nested in it: `smp` of `smp.cpus`.
  var beforeDot: String { String(prefix { $0 != "." }) }
}
