extension PictureFolder {
  /// Looks at the type and size of pictures without decoding them, and so finds what is no picture before work begins.
  ///
  /// Damage behind the header is found only by decoding.
  ///
  /// Cost: opening each file and reading 4 096 bytes of it, more where a JPEG file begins with a profile or thumbnail.
  ///
  /// - Parameters:
  ///   - range: the pictures to look at.
  ///   - limit: with how many problems to stop.
  /// - Returns: a problem for each picture that has one, in order.
  package func problems(in range: Range<Int>, upTo limit: Int = .max) -> [PictureError] {
    var problems: [PictureError] = []
    for index in range {
      if problems.count >= limit { break }
      do { _ = try PictureHeader(readingHeaderOf: path(at: index)) } catch { problems.append(error) }
    }
    return problems
  }
}
