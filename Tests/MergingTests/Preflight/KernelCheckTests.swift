import Testing

@testable import Merging

@Suite struct KernelCheckTests {
  private func ranks(_ kernels: [String], bytes: [Int] = []) -> [KernelCheck.Rank] {
    kernels.enumerated().map {
      KernelCheck.Rank(
        host: $0.offset < 2 ? "a" : "b", kernel: $0.element,
        programBytes: bytes.isEmpty ? 1_000 : bytes[$0.offset])
    }
  }

  @Test func ranksThatAreAlikeSayNothing() {
    #expect(KernelCheck.findings(ranks(["Zen", "Zen", "Zen"]), mustAgree: true) == PreflightFindings())
  }

  @Test func otherKernelsAreANoteWhereOwnersComputeForAll() {
    let result = KernelCheck.findings(ranks(["Zen", "Zen", "Haswell"]), mustAgree: false)
    #expect(result.findings == [])
    #expect(
      result.notes == [
        "the ranks run different BLAS kernels (ranks 0, 1 on a: Zen; rank 2 on b: Haswell), so the last bits depend on "
          + "which rank computes what: OPENBLAS_CORETYPE, set to a kernel that all have, makes them alike"
      ])
  }

  @Test func otherKernelsAreAMistakeWhereNodesMustAgree() {
    let result = KernelCheck.findings(ranks(["Zen", "Zen", "Haswell"]), mustAgree: true)
    #expect(result.notes == [])
    #expect(result.findings.count == 1 && result.findings[0].contains("all nodes must factor to the same bytes"))
  }

  @Test func anotherBuildIsANote() {
    let result = KernelCheck.findings(ranks(["Zen", "Zen", "Zen"], bytes: [5, 5, 6]), mustAgree: true)
    #expect(
      result.notes == [
        "the ranks run different builds of this version (ranks 0, 1 on a: 5 bytes; rank 2 on b: 6 bytes): is one of them "
          + "out of date?"
      ])
    #expect(result.findings == [])
  }
}
