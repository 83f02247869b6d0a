import LodgeModel
import Yams

extension RPMWish {
  /// Reads what a set asks of RPM repositories, a hub and loose files.
  init(set name: String, _ set: YAMLMapping) throws(MatrixFailure) {
    let rpm = try set["rpm"].map { value throws(MatrixFailure) in try value.mapping() }
    try rpm?.allow(only: ["repos", "releasever", "arch", "exclude"])
    let koji = try set["koji"].map { value throws(MatrixFailure) in try value.mapping() }
    self.init(
      set: name, repositories: try Self.repositories(rpm), koji: try koji.map(Koji.init),
      files: try set["files"].texts(), members: try Self.members(set),
      sources: try set["sources"].sources())
    if let release = rpm?["releasever"] { releasever = try release.plainText() }
    if let arch = rpm?["arch"] ?? koji?["arch"] { architecture = try arch.plainText() }
    exclude =
      try rpm?["exclude"].map { value throws(MatrixFailure) in
        try Optional(value).globs()
      } ?? []
    signatures = try Acceptance(set["signatures"])
    try checkReferences(set)
  }

  private static func repositories(_ rpm: YAMLMapping?) throws(MatrixFailure) -> [Repository] {
    guard let rpm else { return [] }
    let repos = try rpm.required("repos")
    let repositories = try repos.list().map { item throws(MatrixFailure) in
      try Repository(try item.mapping())
    }
    guard !repositories.isEmpty else { throw repos.failure("a set needs at least one repository") }
    for (place, repository) in repositories.enumerated()
    where repositories[..<place].contains(where: { $0.id == repository.id }) {
      throw repos.failure("two repositories have the id \(repository.id)")
    }
    return repositories
  }

  private static func members(_ set: YAMLMapping) throws(MatrixFailure) -> [Member] {
    guard set["rpm"] != nil || set["koji"] != nil else { return [] }
    let packages = try set.required("packages")
    let members = try packages.list().map { item throws(MatrixFailure) in try Member(item) }
    guard !members.isEmpty else { throw packages.failure("a set needs at least one package") }
    return members
  }

  /// Refuses a repository that a member must come from and that is not there.
  private func checkReferences(_ set: YAMLMapping) throws(MatrixFailure) {
    let ids = repositories.map(\.id) + (koji.map { [$0.id] } ?? [])
    if let koji, repositories.contains(where: { $0.id == koji.id }) {
      throw try set.required("koji").failure("a repository has the id \(koji.id), too")
    }
    for member in members {
      guard let id = member.repository, !ids.contains(id) else { continue }
      let hint = nearest(to: id, among: ids).map { "; did you mean \($0)?" } ?? ""
      throw try set.required("packages").failure(
        "\(member.name) is to come from \(id), which is no source of the set\(hint)")
    }
  }
}

extension RPMWish.Member {
  fileprivate init(_ item: YAMLValue) throws(MatrixFailure) {
    if item.scalar != nil {
      self.init(name: try item.capability())
      return
    }
    let keys = try item.mapping()
    try keys.allow(only: ["name", "repo"])
    self.init(
      name: try keys.required("name").capability(),
      repository: try keys["repo"].map { value throws(MatrixFailure) in try value.plainText() })
  }
}

extension YAMLValue {
  /// What a package is asked for by: its name, or what it provides, such as `libvirt.so.0()(64bit)`.
  fileprivate func capability() throws(MatrixFailure) -> String {
    let text = try text()
    let isPlain = text.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }
    guard isPlain, text.utf8.count < 512 else {
      throw failure("“\(text)” cannot be the name of a package")
    }
    return text
  }

  /// An address of http or https, or one of a folder of this host.
  fileprivate func address(_ schemes: [String]) throws(MatrixFailure) -> String {
    let text = try text()
    guard schemes.contains(where: { text.hasPrefix("\($0)://") && text.count > $0.count + 3 })
    else {
      throw failure(
        "“\(text)” is no address; one begins with \(schemes.joined(separator: ":// or "))://")
    }
    return text
  }
}

extension RPMWish.Repository {
  fileprivate init(_ keys: YAMLMapping) throws(MatrixFailure) {
    try keys.allow(
      only: ["id", "baseurl", "metalink", "gpgkey", "repo_gpgcheck", "priority", "exclude"])
    let address: Address
    switch (keys["baseurl"], keys["metalink"]) {
    case (let base?, nil): address = .base(try base.address(["http", "https", "file"]))
    case (nil, let link?): address = .metalink(try link.address(["http", "https", "file"]))
    default:
      throw try keys.required("id").failure("a repository has one of baseurl and metalink")
    }
    self.init(id: try keys.required("id").plainText(), address: address)
    self.keys = try keys["gpgkey"].textOrTexts()
    isMetadataSigned = try keys["repo_gpgcheck"]?.flag() ?? false
    if let value = keys["priority"] {
      guard let number = Int(try value.text()), (1...9999).contains(number) else {
        throw value.failure("a priority is a number from 1, the best, to 9999")
      }
      priority = number
    }
    if let value = keys["exclude"] { exclude = try Optional(value).globs() }
    if isMetadataSigned, self.keys.isEmpty {
      throw try keys.required("repo_gpgcheck").failure("repo_gpgcheck needs a gpgkey")
    }
  }
}

extension RPMWish.Koji {
  fileprivate init(_ keys: YAMLMapping) throws(MatrixFailure) {
    try keys.allow(
      only: ["id", "server", "topurl", "tag", "builds", "task", "arch", "gpgkey", "ca"])
    let selection: Selection
    switch (keys["tag"], keys["builds"], keys["task"]) {
    case (let tag?, nil, nil): selection = .tag(try tag.plainText())
    case (nil, let builds?, nil):
      selection = .builds(try Optional(builds).texts())
      if case .builds([]) = selection { throw builds.failure("it names no build") }
    case (nil, nil, let task?):
      guard let number = Int(try task.text()), number > 0 else {
        throw task.failure("a task is a number")
      }
      selection = .task(number)
    default:
      throw try keys.required("server").failure("a hub is asked for one of tag, builds and task")
    }
    self.init(
      server: try keys.required("server").address(["http", "https"]),
      topurl: try keys.required("topurl").address(["http", "https", "file"]),
      selection: selection, keys: try keys["gpgkey"].textOrTexts(),
      authority: try keys["ca"].map { value throws(MatrixFailure) in try value.text() })
    if let id = keys["id"] { self.id = try id.plainText() }
  }
}

extension RPMWish.Acceptance {
  fileprivate init(_ value: YAMLValue?) throws(MatrixFailure) {
    guard let value else {
      self = .required
      return
    }
    guard let word = Self(rawValue: try value.text()) else {
      let words = Self.allCases.map(\.rawValue).joined(separator: " or ")
      throw value.failure("signatures are \(words)")
    }
    self = word
  }
}

extension Installation {
  /// Reads how a set is installed.
  init(of set: YAMLMapping) throws(MatrixFailure) {
    let runs = try set["scriptlets"]?.flag() ?? false
    switch try set["install"]?.text() {
    case "transaction": self = .transaction(scriptlets: runs)
    case "unpack" where !runs, nil where !runs: self = .unpacked
    case nil, "unpack":
      throw try set.required("scriptlets").failure("scriptlets run in an install: transaction only")
    case let other?:
      throw try set.required("install").failure("“\(other)” is neither unpack nor transaction")
    }
  }
}

extension YAMLValue? {
  /// One text, or a list of them.
  fileprivate func textOrTexts() throws(MatrixFailure) -> [String] {
    guard let self else { return [] }
    return self.isList ? try Optional(self).texts() : [try self.text()]
  }
}
