/// How many tokens of a text or a pair are left where there is not room for all.
enum Truncation {
  /// Takes from the longer of two texts until both are as long, then from both; of an odd number, the longer
  /// one gets one token more, and of two of a length, the second.
  ///
  /// - Parameter room: for the tokens of both texts.
  /// - Returns: how many tokens of each to keep, from the left.
  static func longestFirst(_ first: Int, _ second: Int, room: Int) -> (first: Int, second: Int) {
    if first + second <= room { return (first, second) }
    let shorter = min(first, second)
    var longer = max(shorter, room - shorter)
    var kept = shorter
    if kept + longer > room {
      kept = room / 2
      longer = kept + room % 2
    }
    return first > second ? (longer, kept) : (kept, longer)
  }
}
