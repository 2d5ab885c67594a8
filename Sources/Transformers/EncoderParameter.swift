import LinearAlgebra

/// What merging does with a tensor.
package enum ParameterRole: String, CaseIterable, Sendable {
  /// A matrix whose task vectors' singular components are masked, and scaled by λ.
  case masked
  /// Its task vectors are scaled by λ.
  case scaled
  /// It keeps the origin's values.
  case frozen
}

/// A tensor of an encoder's body.
package struct EncoderParameter: Equatable, Sendable {
  /// As in the checkpoint.
  package let name: String
  package let shape: [Int]
  /// Its role where a recipe does not say otherwise.
  package let role: ParameterRole
  /// The stage of the encoder that uses it: gradients become known stage by stage, from the last to the first.
  package let stage: Int
  /// Whether it must lie in memory directly behind the parameter before it: together they are one matrix to the encoder.
  package let continuesPrevious: Bool

  package init(_ name: String, _ shape: [Int], role: ParameterRole, stage: Int, continuesPrevious: Bool = false) {
    self.name = name
    self.shape = shape
    self.role = role
    self.stage = stage
    self.continuesPrevious = continuesPrevious
  }

  package var count: Int { shape.reduce(1, *) }
}

/// Where each parameter of an encoder lies in one block of memory.
package struct ParameterLayout: Sendable {
  package let parameters: [EncoderParameter]
  /// The first element of each parameter. Parameters start at a cache line unless they continue another.
  package let offsets: [Int]
  /// Elements of the whole block.
  package let count: Int
  private let indices: [String: Int]

  package init(_ parameters: [EncoderParameter]) {
    var end = 0
    self.parameters = parameters
    offsets = parameters.map { parameter in
      let start = parameter.continuesPrevious ? end : (end + 15) & ~15
      end = start + parameter.count
      return start
    }
    count = end
    indices = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
  }

  /// The place of a parameter in `parameters`, or nil where the encoder has none of that name.
  package func index(of name: String) -> Int? { indices[name] }
}

/// The weights of an encoder's body, in memory that somebody else owns.
package struct BodyWeights: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let layout: ParameterLayout

  package init(base: UnsafeMutablePointer<Float>, layout: ParameterLayout) {
    self.base = base
    self.layout = layout
  }

  /// The elements of parameter `index`.
  package func vector(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(base + layout.offsets[index]) }

  /// Parameter `index` as the matrix [first dimension, all others].
  package func matrix(_ index: Int) -> MatrixView {
    let shape = layout.parameters[index].shape
    return MatrixView(vector(index), rows: shape[0], columns: shape.dropFirst().reduce(1, *))
  }

  /// The matrix [rows, columns] that starts at parameter `index` and may run on into those that continue it.
  package func matrix(from index: Int, rows: Int, columns: Int) -> MatrixView {
    MatrixView(vector(index), rows: rows, columns: columns)
  }

  /// Parameter `index`, to be written.
  package func mutableElements(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base + layout.offsets[index], count: layout.parameters[index].count)
  }
}
