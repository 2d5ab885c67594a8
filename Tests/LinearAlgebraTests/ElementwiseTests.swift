import LinearAlgebra
import TestSupport
import Testing

/// Vectors against loops over single elements. The counts reach past two vectors of sixteen.
@Suite struct ElementwiseTests {
  /// Two roundings of numbers of at most 4.
  private static let tolerance = 2 * Double(Float.ulpOfOne)

  private func vector(_ count: Int, _ source: inout RandomSource) -> (MutableMatrixView, ReferenceTensor) {
    let reference = ReferenceTensor(random: [1, count], &source)
    return (.leaked(reference), reference)
  }

  private func expect(_ got: MutableMatrixView, _ wanted: ReferenceTensor, _ name: String) {
    #expect(mismatch(got.view, wanted, tolerance: Self.tolerance, scale: 4, name) == nil)
    #expect(got.marginsAreIntact, "\(name) writes outside")
  }

  @Test("Sums, also in place", arguments: 0...40)
  func sums(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let (a, wantedA) = vector(count, &source)
    let (b, wantedB) = vector(count, &source)
    let y = MutableMatrixView.leaked(rows: 1, columns: count)
    let sum = combine(wantedA, wantedB, +)
    add(a.base, b.base, into: y.base, count: count)
    expect(y, sum, "a + b")
    add(a.base, b.base, into: b.base, count: count)
    expect(b, sum, "a + b in place of b")
    add(a.base, y.base, into: a.base, count: count)
    expect(a, combine(wantedA, sum, +), "a + y in place of a")
  }

  @Test("Multiples, and sums of them", arguments: 0...40)
  func multiples(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let (x, wantedX) = vector(count, &source)
    let (y, wantedY) = vector(count, &source)
    add(x.base, times: -1.75, to: y.base, count: count)
    expect(y, combine(wantedX, wantedY) { $1 - 1.75 * $0 }, "y + scale · x")
    multiply(x.base, by: 2.5, into: y.base, count: count)
    expect(y, combine(wantedX, wantedX) { x, _ in 2.5 * x }, "scale · x")
    multiply(x.base, by: 2.5, into: x.base, count: count)
    expect(x, ReferenceTensor(y.view), "scale · x in place")
  }

  @Test("Quotients, and what is too small to count", arguments: 0...40)
  func quotientsAndClearing(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let (x, wantedX) = vector(count, &source)
    divide(x.base, by: 0.75, count: count)
    expect(x, combine(wantedX, wantedX) { x, _ in x / 0.75 }, "x / divisor")
    let (y, wantedY) = vector(count, &source)
    if count > 0 { y.base[count - 1] = -0.5 }
    clear(y.base, below: 0.5, count: count)
    for index in 0..<count {
      let value = index == count - 1 ? -0.5 : Float(wantedY.elements[index])
      #expect(y.base[index] == (abs(value) < 0.5 ? 0 : value))
    }
    #expect(y.marginsAreIntact)
  }

  @Test("Rows and fills of matrices with gaps", arguments: 0...40)
  func matrices(columns: Int) {
    var source = RandomSource(seed: UInt64(columns))
    for rows in [0, 1, 3] {
      let reference = ReferenceTensor(random: [rows, columns], &source)
      let (row, wantedRow) = vector(columns, &source)
      let x = MutableMatrixView.leaked(reference, stride: columns + 2)

      add(row: row.base, to: x)
      var wanted = reference
      for i in 0..<rows { for j in 0..<columns { wanted[i, j] += wantedRow.elements[j] } }
      expect(x, wanted, "x + row")

      fill(x, with: 7)
      expect(x, combine(wanted, wanted) { _, _ in 7 }, "fill")
    }
  }

  @Test("A dot product is the sum of products", arguments: Array(0...40) + [4_095, 4_096, 4_097, 4_113, 10_000])
  func dots(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let (a, wantedA) = vector(count, &source)
    let (b, wantedB) = vector(count, &source)
    // Sixteen sums of at most 256 products each, then four halvings.
    let bound = zip(wantedA.elements, wantedB.elements).reduce(0) { $0 + abs($1.0 * $1.1) }
    let got = dot(a.base, b.base, count: count)
    #expect(abs(got - wantedA.dot(wantedB)) <= 260 * Double(Float.ulpOfOne) * bound)
  }

  @Test("A dot product over many stretches adds them in Double")
  func dotInDouble() {
    // Ones, a hundred stretches of 4 096 of them, after a stretch that sums to 2³⁰.
    let count = 4_096 * 101
    let a = MutableMatrixView.leaked(rows: 1, columns: count) { 1 }
    for index in 0..<4_096 { a.base[index] = 512 }
    let b = MutableMatrixView.leaked(rows: 1, columns: count) { 1 }
    for index in 0..<4_096 { b.base[index] = 512 }
    for index in 4_096..<4_096 * 101 { b.base[index] = 0.001_953_125 }
    #expect(dot(a.base, b.base, count: count) == 1_073_741_824 + 800)
  }

  @Test("The first element that is not finite is found", arguments: Array(1...40) + [4_096, 4_097, 9_000])
  func nonFinite(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let x = vector(count, &source).0
    #expect(firstNonFinite(x.base, count: count) == nil)
    // Numbers whose products overflow are finite all the same.
    x.base[count / 2] = .greatestFiniteMagnitude
    x.base[0] = -.greatestFiniteMagnitude
    #expect(firstNonFinite(x.base, count: count) == nil)
    let places = count <= 40 ? Array(0..<count) : [0, 15, 16, 4_095, count - 2, count - 1]
    for place in places {
      for value: Float in [.nan, .infinity, -.infinity] {
        let kept = (x.base[place], x.base[count - 1])
        x.base[count - 1] = .infinity
        x.base[place] = value
        #expect(firstNonFinite(x.base, count: count) == place)
        #expect(firstNonFinite(x.base, count: place) == nil)
        x.base[count - 1] = kept.1
        x.base[place] = kept.0
      }
    }
    #expect(firstNonFinite(x.base, count: 0) == nil)
  }

  @Test("Transposes of all small shapes and of some larger than a block")
  func transposes() {
    let shapes =
      (0...6).flatMap { rows in (0...6).map { (rows, $0) } } + [(31, 33), (32, 64), (65, 97), (1, 100), (100, 1)]
    for (rows, columns) in shapes {
      var source = RandomSource(seed: UInt64(rows * 1_000 + columns))
      let reference = ReferenceTensor(random: [rows, columns], &source)
      let a = MutableMatrixView.leaked(reference, stride: columns + 3)
      let b = MutableMatrixView.leaked(rows: columns, columns: rows, stride: rows + 1)
      transpose(a.view, into: b)
      #expect(mismatch(b.view, reference.transposed, tolerance: 0, "[\(rows), \(columns)]ᵀ") == nil)
      #expect(b.marginsAreIntact)
    }
  }
}
