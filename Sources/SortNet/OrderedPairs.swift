/// All pairs of documents of one query of which the first is the more relevant, without ever listing them.
///
/// With the documents of a query by falling relevance, a document's pairs are those with all documents that come after its
/// level. So pair k is found by one binary search among sums over the documents.
struct OrderedPairs: Sendable {
  /// Documents by query and falling relevance, those that begin pairs.
  private var firsts: [Int] = []
  /// Up to and with each of `firsts`, how many pairs there are.
  private var ends: [Int] = []
  /// Where the less relevant documents of each of `firsts` begin in `documents`.
  private var lower: [Int] = []
  /// All judged documents by query and falling relevance.
  private var documents: [Int] = []

  init(_ data: RankingData) {
    for query in data.queries {
      let begin = documents.count
      // By document where relevance is equal: the library's sort promises no order.
      documents += query.documents.filter { data.relevance[$0] != nil }
        .sorted { (-data.relevance[$0]!, $0) < (-data.relevance[$1]!, $1) }
      let end = documents.count
      var level = begin
      while level < end {
        let relevance = data.relevance[documents[level]]
        var next = level
        while next < end, data.relevance[documents[next]] == relevance { next += 1 }
        if next < end {
          for place in level..<next {
            firsts.append(documents[place])
            lower.append(next)
            ends.append((ends.last ?? 0) + end - next)
          }
        }
        level = next
      }
    }
  }

  var count: Int { ends.last ?? 0 }

  /// - Precondition: `index` in 0 ..< `count`.
  subscript(index: Int) -> DocumentPair {
    precondition(index >= 0 && index < count)
    // The first place whose end lies beyond the index.
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > index { high = middle } else { low = middle + 1 }
    }
    let offset = index - (low == 0 ? 0 : ends[low - 1])
    return DocumentPair(first: firsts[low], second: documents[lower[low] + offset])
  }
}
