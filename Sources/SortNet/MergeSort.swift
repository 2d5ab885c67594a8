/// Merge sort by comparisons that need not agree with one another.
///
/// Whatever the comparisons say, every one of them puts one element in its place, so that the sort ends after at most
/// n·⌈log₂ n⌉; the same answers give the same order. It is stable: where neither of two goes first, they keep the order in
/// which they began.
///
/// Two that end up side by side have been compared with each other. So where every comparison was right, the whole order
/// is; and where the order is wrong, at least one comparison was.
enum MergeSort {
  /// - Parameters:
  ///   - start: the elements, each once.
  ///   - goesFirst: whether the first of two elements must stand before the second, which began before it.
  /// - Returns: the elements in order, and how often `goesFirst` was asked.
  static func sort(
    _ start: [Int], goesFirst: (_ later: Int, _ earlier: Int) -> Bool
  ) -> (order: [Int], comparisons: Int) {
    var (from, to) = (start, start)
    var comparisons = 0
    var length = 1
    while length < start.count {
      var begin = 0
      while begin < start.count {
        let middle = min(begin + length, start.count)
        let end = min(middle + length, start.count)
        var (left, right, place) = (begin, middle, begin)
        while left < middle, right < end {
          comparisons += 1
          if goesFirst(from[right], from[left]) {
            to[place] = from[right]
            right += 1
          } else {
            to[place] = from[left]
            left += 1
          }
          place += 1
        }
        while left < middle {
          to[place] = from[left]
          left += 1
          place += 1
        }
        while right < end {
          to[place] = from[right]
          right += 1
          place += 1
        }
        begin = end
      }
      swap(&from, &to)
      length *= 2
    }
    return (from, comparisons)
  }
}
