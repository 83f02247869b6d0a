import LodgeModel
import LodgeRelease

/// A table of sets by domain type, as the matrix and the pages of names show it.
struct SetTable {
  let site: Site
  /// The sets that have a row, in this order.
  let sets: [Int]
  let caption: String
  let address: Address
  /// Why the worst cell of a type is what it is, by the number of its outcome.
  let reasons: [Int64: String]

  /// How much of a reason stands on the page, in Unicode scalars; all of it is one click away.
  private static let reasonLimit = 110

  /// What the template of a table takes.
  var filling: Filling {
    let types = site.index.types
    var known: [String: Int] = [:]
    var told: [String] = []
    let rows = sets.map { set in
      let about = site.index.outline.sets[set]
      return [
        "rowHref": address.reference(to: .set(about.id)), "rowName": about.name.visible,
        "rowId": about.id.short, "rowAt": about.seen.utc, "rowDay": about.seen.day,
        "cells": types.map { type -> Filling in
          var filling = cell(of: set, type)
          if let reason = reason(of: set, type) {
            let number = known[reason] ?? told.count + 1
            if known.updateValue(number, forKey: reason) == nil { told.append(reason) }
            filling["why"] = "\(number)"
          }
          return filling
        },
      ] as Filling
    }
    return [
      "caption": caption.visible,
      "columns": types.map { ["columnKey": $0.anchor, "column": $0.heading] as Filling },
      "rows": rows, "reasons": told,
    ]
  }

  private func cell(of set: Int, _ type: DomainType?) -> Filling {
    let stages = site.index.stages(of: set, type)
    var lines = stages.compactMap { stage -> Filling? in
      guard let verdict = site.index.verdict(on: type, at: stage, of: set) else { return nil }
      return [
        "stage": stage.rawValue, "word": verdict.title, "tone": verdict.tone.style,
      ]
    }
    if lines.isEmpty, let verdict = site.index.verdict(on: type, of: set) {
      lines = [
        [
          "stage": Stage.packages.rawValue, "word": verdict.title,
          "tone": verdict.tone.style,
        ]
      ]
    }
    guard !lines.isEmpty else { return [:] }
    var filling: Filling = ["type": type.anchor, "lines": lines]
    let platforms = site.index.platforms(of: set, type)
    let day = site.index.seen(set, type)?.day
    let isOther = day != nil && day != site.index.outline.sets[set].seen.day
    let note = [
      platforms > 0 ? count(platforms, "platform") : nil, isOther ? day : nil,
    ].compactMap(\.self).joined(separator: ", ")
    if !note.isEmpty { filling["note"] = note }
    return filling
  }

  /// Why a type of a set is red: what was asked, and the reason.
  private func reason(of set: Int, _ type: DomainType?) -> String? {
    guard let worst = site.index.worst(of: set, type), let reason = reasons[worst.number] else {
      return nil
    }
    let title = site.title(of: site.index.outline.places[worst.place])
    return "\(title): \(reason.visible)".cut(toScalars: Self.reasonLimit)
  }
}
