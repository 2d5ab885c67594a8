/// The singular components of a finished merge as objects: what each was like before anything was learnt, and what became of
/// it.
package struct ComponentTable: Equatable, Sendable {
  /// The components of all tasks of one masked matrix.
  package struct Matrix: Equatable, Sendable {
    /// As in the base's file.
    package let name: String
    /// m.
    package let rows: Int
    /// n.
    package let columns: Int
    /// σ [T][r], falling.
    package var singularValues: [[Float]]
    /// How much of the other tasks' vectors lies along a component's direction [T][r]: 1 where as much as along any
    /// direction, 0 where nothing.
    ///
    ///     overlapₖ = s · meanᵢ ‖τᵢ wₖ‖² / ‖τᵢ‖²   over the other tasks i
    ///
    /// wₖ is uₖ or vₖ, whichever is shorter (vₖ where they are equally long), s its length.
    package var overlaps: [[Float]]
    /// What the other tasks' vectors add along a component [T][r], in the units of σ; negative where they work against it.
    ///
    ///     pullₖ = Σᵢ uₖᵀ τᵢ vₖ   over the other tasks i
    package var pulls: [[Float]]
    /// b [T][r].
    package var isKept: [[Bool]]
    /// λ [T].
    package var coefficients: [Float]

    package init(
      name: String, rows: Int, columns: Int, singularValues: [[Float]], overlaps: [[Float]], pulls: [[Float]],
      isKept: [[Bool]], coefficients: [Float]
    ) {
      self.name = name
      self.rows = rows
      self.columns = columns
      self.singularValues = singularValues
      self.overlaps = overlaps
      self.pulls = pulls
      self.isKept = isKept
      self.coefficients = coefficients
    }

    /// r.
    package var componentCount: Int { singularValues.first?.count ?? 0 }

    /// The block that the matrix is in; nil where its name has no number.
    package var block: Int? { BlockedName(name).block }

    /// What kind of matrix it is: its name behind the block's number, without `weight`. `self_attn.q_proj`.
    package var kind: String {
      let kind = BlockedName(name).kind
      return kind.hasSuffix(".weight") ? String(kind.dropLast(7)) : kind
    }
  }

  /// The tasks in the order of the recipe.
  package let tasks: [String]
  /// What task vectors are measured from.
  package let origin: Origin
  /// In the order of the encoder.
  package let matrices: [Matrix]

  package init(tasks: [String], origin: Origin, matrices: [Matrix]) {
    self.tasks = tasks
    self.origin = origin
    self.matrices = matrices
  }
}
