/// The tensors of one stage of the encoder whose gradients are wanted, and the memory that one copy of them takes.
struct GradientStage: Sendable {
  struct Member: Sendable {
    /// By its place among the merged tensors.
    let tensor: Int
    /// Its first element in the copy.
    let offset: Int
    let count: Int
    let route: GradientRoute
  }

  private(set) var tensors: [Member] = []
  /// The elements of all tensors together.
  private(set) var count = 0

  mutating func append(_ tensor: Int, count: Int, route: GradientRoute) {
    tensors.append(Member(tensor: tensor, offset: self.count, count: count, route: route))
    self.count += count
  }
}
