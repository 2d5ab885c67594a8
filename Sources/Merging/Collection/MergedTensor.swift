import Transformers

/// A tensor as merging sees it: one tensor of the checkpoint, or several that are stacked into one matrix.
package struct MergedTensor: Equatable, Sendable {
  /// A tensor of the checkpoint.
  package struct Member: Equatable, Sendable {
    package let name: String
    package let shape: [Int]

    package var count: Int { shape.reduce(1, *) }
  }

  /// The checkpoint's name; for stacked tensors a name of their own.
  package let name: String
  /// The tensors that make it up, row after row.
  package let members: [Member]
  package let role: ParameterRole
  /// Its first element among the encoder's weights, and the encoder's stage; nil where the forward pass does not use it.
  package let place: Place?

  package struct Place: Equatable, Sendable {
    package let offset: Int
    package let stage: Int
  }

  package var count: Int { members.reduce(0) { $0 + $1.count } }
  /// m: the extent of the first dimension, over all members.
  package var rows: Int { members.reduce(0) { $0 + ($1.shape.first ?? 1) } }
  /// n: all other dimensions together.
  package var columns: Int { count / max(1, rows) }
  /// r: the components that each task has of a masked matrix, by default all of its task vector's.
  package let componentCount: Int
  /// What the recipe's initial kept fraction is multiplied by.
  package internal(set) var keptFactor = 1.0

  package init(name: String, members: [Member], role: ParameterRole, place: Place?, componentCount: Int? = nil) {
    self.name = name
    self.members = members
    self.role = role
    self.place = place
    let rows = members.reduce(0) { $0 + ($1.shape.first ?? 1) }
    let columns = members.reduce(0) { $0 + $1.count } / max(1, rows)
    self.componentCount = componentCount ?? min(rows, columns)
  }

  /// min(m, n): the components of a whole matrix of this shape.
  package var fullComponentCount: Int { min(rows, columns) }
}
