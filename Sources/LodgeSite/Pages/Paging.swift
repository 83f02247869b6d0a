/// Sets on several pages: the newest on the first, and of older ones as many on each as ``rows``.
///
/// Older pages are counted from the oldest set, so that what stands on one stays there. The first has
/// from half as many sets to half as many more.
struct Paging {
  let rows: Int
  /// How many sets there are.
  let count: Int

  /// How many pages of older sets there are; the oldest is page 1.
  var older: Int { max(0, (count - rows / 2) / rows) }

  /// All pages, the oldest first; nil stands for the first one.
  var all: [Int?] { (0..<older).map { $0 + 1 } + [nil] }

  /// The places of a page's sets among all, which are in order, the newest first.
  func range(of page: Int?) -> Range<Int> {
    guard let page else { return 0..<count - older * rows }
    return count - page * rows..<count - (page - 1) * rows
  }

  /// The page behind another one; nil where there is none.
  func older(than page: Int?) -> Int? {
    let next = page.map { $0 - 1 } ?? older
    return next > 0 ? next : nil
  }

  /// The page before an older one; nil stands for the first one.
  func newer(than page: Int) -> Int? { page == older ? nil : page + 1 }
}
