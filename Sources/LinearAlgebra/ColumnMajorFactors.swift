import CLAPACKE

/// What LAPACK fills in for a tall column-major matrix [rows, columns].
package struct ColumnMajorFactors {
  /// Factors a column-major matrix.
  ///
  /// - Returns: LAPACK's `info`: 0 done, positive where it did not converge.
  package typealias Method = @Sendable (_ factors: inout ColumnMajorFactors, _ matrix: [Float]) -> Int

  /// The faster one, and the one that converges where it does not.
  package static let methods: [Method] = [{ $0.divideAndConquer($1) }, { $0.iterate($1) }]

  package let rows: Int
  package let columns: Int
  /// [rows, columns], column-major.
  package var u: [Float]
  package var values: [Float]
  /// [columns, columns], column-major.
  package var vt: [Float]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    u = [Float](repeating: 0, count: rows * columns)
    values = [Float](repeating: 0, count: columns)
    vt = [Float](repeating: 0, count: columns * columns)
  }

  private static let thin = CChar(UInt8(ascii: "S"))

  /// LAPACK's `sgesdd`; a `Method`.
  package mutating func divideAndConquer(_ matrix: [Float]) -> Int {
    var overwritten = matrix
    var integers = [Int32](repeating: 0, count: 8 * columns)
    return Self.withWorkspace { work, size in
      LAPACKE_sgesdd_work(
        LAPACK_COL_MAJOR, Self.thin, Int32(rows), Int32(columns), &overwritten, Int32(rows), &values, &u,
        Int32(rows), &vt, Int32(columns), work, size, &integers)
    }
  }

  /// LAPACK's `sgesvd`; a `Method`.
  package mutating func iterate(_ matrix: [Float]) -> Int {
    var overwritten = matrix
    return Self.withWorkspace { work, size in
      LAPACKE_sgesvd_work(
        LAPACK_COL_MAJOR, Self.thin, Self.thin, Int32(rows), Int32(columns), &overwritten, Int32(rows), &values,
        &u, Int32(rows), &vt, Int32(columns), work, size)
    }
  }

  /// Calls a LAPACK routine twice: to ask for the size of its workspace (size −1), and with it.
  private static func withWorkspace(_ routine: (UnsafeMutablePointer<Float>, Int32) -> Int32) -> Int {
    var size: Float = 0
    let info = routine(&size, -1)
    guard info == 0 else { return Int(info) }
    // The size comes as a Float: round up past its precision.
    let count = Int(size.nextUp.rounded(.up))
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, count)) {
      Int(routine($0.baseAddress!, Int32(count)))
    }
  }
}
