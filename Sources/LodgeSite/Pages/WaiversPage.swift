package import Foundation
import LodgeModel
package import LodgeRelease

/// All waivers: which reds somebody answers for, who, why and until when.
package struct WaiversPage {
  let site: Site
  let waivers: [Waiver]
  /// The instant that ends are counted at.
  let now: Date

  package init(_ site: Site, _ waivers: [Waiver], at now: Date) {
    (self.site, self.waivers, self.now) = (site, waivers, now)
  }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      let address = Address.waivers
      var filling = site.frame("Waivers", at: address)
      filling["caption"] = "All waivers, the next to end first"
      let sorted = waivers.sorted { ($0.expires, $0.id) < ($1.expires, $1.id) }
      if !sorted.isEmpty {
        filling["hasWaivers"] = true
        filling["waivers"] = sorted.map { self.filling(of: $0, address) }
      }
      let document = WaiversDocument(
        waivers: sorted.map { waiver in
          WaiversDocument.Entry(
            id: waiver.id, cell: waiver.cell.title, scope: waiver.scope.title,
            reason: waiver.reason, issue: waiver.issue, author: waiver.author,
            approver: waiver.approver, created: waiver.created, expires: waiver.expires)
        })
      return try site.files("waivers", at: address, filling, twin: document)
    }
  }

  private func filling(of waiver: Waiver, _ address: Address) -> Filling {
    let (state, tone, why) = state(of: waiver)
    var filling: Filling = [
      "waiverAnchor": waiver.id.fileName, "waiverCell": waiver.cell.title.visible,
      "waiverState": state, "waiverTone": tone.style, "waiverReason": waiver.reason.visible,
      "waiverIssue": waiver.issue.visible, "waiverAuthor": waiver.author.visible,
      "waiverScope": waiver.scope.title.visible, "waiverUntilAt": waiver.expires.utc,
      "waiverUntil": waiver.expires.day,
    ]
    if let why { filling["waiverStateWhy"] = why }
    if let approver = waiver.approver { filling["waiverApprover"] = approver.visible }
    // Only what leads to a web page is a link: a waiver is data that somebody wrote.
    if waiver.issue.hasPrefix("https://"), URL(string: waiver.issue)?.host() != nil {
      filling["waiverIssueHref"] = waiver.issue.visible
    }
    let promise = site.promises.first { promise, _ in
      promise.kind == waiver.cell.kind && waiver.cell.id.matches(promise.id)
    }
    if let promise {
      filling["waiverHref"] = address.reference(to: promise.promise.address())
    }
    return filling
  }

  private func state(of waiver: Waiver) -> (String, Tone?, why: String?) {
    if waiver.hasEnded(at: now) { return ("expired", .bad, "it counts no more") }
    let days = Int(waiver.expires.timeIntervalSince(now) / 86_400)
    let left = "\(count(days, "day")) left"
    if waiver.approver == nil {
      return ("not approved", .doubt, "\(left); it counts only where a policy asks for no approver")
    }
    return ("in force", days < 8 ? .doubt : nil, left)
  }
}

/// The waivers as their page's JSON twin tells them.
struct WaiversDocument: Encodable {
  struct Entry: Encodable {
    var id: String
    var cell: String
    var scope: String
    var reason: String
    var issue: String
    var author: String
    var approver: String?
    var created: Date
    var expires: Date
  }

  let schema = "lodge.waivers/1"
  var waivers: [Entry]
}

/// What the site is about and how it is to be read.
package struct AboutPage {
  let site: Site
  let version: String

  package init(_ site: Site, madeBy version: String) { (self.site, self.version) = (site, version) }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      let address = Address.about
      var filling = site.frame("How to read this", at: address)
      filling["madeBy"] = "Lodge \(version)"
      let names = site.index.newestOfNames.map { site.index.outline.sets[$0].name }
      if !names.isEmpty {
        filling["hasBadges"] = true
        filling["badges"] = names.map { name in
          [
            "badgeHref": address.reference(toFile: Badges.path(ofName: name)),
            "badgeName": "the badge of \(name)".visible,
            "badgeNameHref": address.reference(to: .name(name)),
          ] as Filling
        }
      }
      let document = AboutDocument(
        version: version,
        stages: Stage.allCases.map { .init(stage: $0, meaning: $0.meaning) })
      return try site.files("about", at: address, filling, twin: document)
    }
  }
}

/// What the site was made by, as its page's JSON twin tells it.
struct AboutDocument: Encodable {
  struct Meaning: Encodable {
    var stage: Stage
    var meaning: String
  }

  let schema = "lodge.about/1"
  var version: String
  var stages: [Meaning]
}
