/// The largest sizes that a configuration may ask for: beyond those of any model, and so small that no number of elements,
/// nor of their bytes, exceeds `Int`, and no list of a model's tensors exceeds a machine's memory.
enum SizeLimits {
  /// C, and the width of features.
  static let width = 1 << 18
  /// F.
  static let mlpWidth = 1 << 20
  static let layers = 1 << 10
  /// Of pictures and patches, in pixels on a side.
  static let side = 1 << 14
  static let channels = 1 << 10
  /// Rows of a table of embeddings: tokens, positions, token types.
  static let rows = 1 << 24

  /// Checks that sizes are at least 1 and not too large.
  ///
  /// - Throws: `ConfigurationError` that names the first that is.
  static func check(_ sizes: [(name: String, size: Int, most: Int)], fileName: String) throws(ConfigurationError) {
    for (name, size, most) in sizes where size < 1 || size > most {
      throw ConfigurationError("\(fileName): the \(name) is \(size), and can be 1 to \(most)")
    }
  }
}
