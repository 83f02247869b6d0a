import Foundation
import LodgeLaunch
import LodgeMatrix
import LodgeModel
import LodgeMutation
import LodgePackages
import LodgeWeb

/// Where the roots come from: the sets of a matrix, made as `lodge` makes them.
struct Supply {
  let store: Store
  private let matrix: Matrix
  private let offline: Bool

  /// Reads a matrix file and opens the store.
  ///
  /// - Throws: what keeps either from being read.
  init(matrix file: String, offline: Bool) throws {
    matrix = try Matrix(yaml: try String(contentsOfFile: file, encoding: .utf8), file: file)
    store = try Store(at: Store.defaultPath)
    self.offline = offline
  }

  /// A bench with the sets that mutations are made of, and the scenarios of a folder.
  ///
  /// - Throws: what keeps sets from being made, and what is wrong with the folder.
  func bench(scenarios: String) async throws -> MutationBench {
    MutationBench(
      try await sets(named: Selection.sets), launching: try Catalogue(folder: scenarios),
      scratch: store.scratch)
  }

  /// Makes the roots of some sets.
  ///
  /// - Throws: what keeps them from being resolved, fetched or unpacked.
  private func sets(named names: Set<String>) async throws -> [MutableSet] {
    var sets: [MutableSet] = []
    for name in names.sorted() {
      guard let set = matrix.sets.first(where: { $0.name == name }),
        case .apt(let wish) = set.source
      else { throw UnknownSet(name: name) }
      let lock = try await store.lock(of: wish, offline: offline)
      try await store.fetch(lock, offline: offline, web: { try Web() }, fetched: { _ in })
      let root = try await store.root(of: lock)
      sets.append(
        MutableSet(
          name: name, root: root.path, lock: lock, source: set.source,
          ownerOf: { root.owner(of: $0) },
          closure: { [store] in try await store.closure(of: $0, from: $1) }))
    }
    return sets
  }
}

/// A set that mutations are made of, and that the matrix does not have.
struct UnknownSet: Error, CustomStringConvertible {
  let name: String

  var description: String { "the matrix has no set \(name) of apt, of which mutations are made" }
}
