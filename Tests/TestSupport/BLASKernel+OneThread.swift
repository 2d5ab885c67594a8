import LinearAlgebra

extension BLASKernel {
  /// Reads as nothing; from the first time on every product runs on the thread that asks for it, as in the program.
  ///
  /// Tests that compare bytes want it: with several BLAS threads some bytes differ.
  package static let oneThread: Void = useOneThread()
}
