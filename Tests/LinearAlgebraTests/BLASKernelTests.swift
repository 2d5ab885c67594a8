import LinearAlgebra
import Testing

@Suite struct BLASKernelTests {
  private static let avx2: Set<Substring> = ["fma", "avx2", "f16c"]
  private static let avx512 = avx2.union(["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"])
  private static let bfloat16 = avx512.union(["avx512_bf16"])

  @Test("A better kernel is offered where the processor has AVX-512 and OpenBLAS does not use it")
  func decision() {
    let table: [(running: String, flags: Set<Substring>, wanted: String?)] = [
      ("Haswell", Self.avx2, nil),
      ("Haswell", Self.avx512, "SKYLAKEX"),
      ("Haswell", Self.bfloat16, "COOPERLAKE"),
      ("Zen", Self.avx2, nil),
      ("Zen", Self.avx512, "SKYLAKEX"),
      ("Zen", Self.bfloat16, "COOPERLAKE"),
      ("Prescott", Self.bfloat16, "COOPERLAKE"),
      ("SkylakeX", Self.avx512, nil),
      ("SkylakeX", Self.bfloat16, nil),
      ("SKYLAKEX", Self.avx512, nil),
      ("Cooperlake", Self.bfloat16, nil),
      ("SapphireRapids", Self.bfloat16, nil),
      ("Haswell", [], nil),
    ]
    for row in table {
      let got = BLASKernel.betterKernel(than: row.running, processorFlags: row.flags, environment: ["PATH": "/bin"])
      #expect(got == row.wanted, "\(row.running) on \(row.flags.sorted())")
    }
  }

  @Test(
    "Every one of the AVX-512 features is needed",
    arguments: ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"])
  func features(missing: String) {
    let flags = Self.bfloat16.subtracting([Substring(missing)])
    #expect(BLASKernel.betterKernel(than: "Haswell", processorFlags: flags, environment: [:]) == nil)
  }

  @Test("Who has chosen a kernel keeps it", arguments: ["Haswell", "", "SKYLAKEX"])
  func chosen(kernel: String) {
    let environment = ["OPENBLAS_CORETYPE": kernel]
    #expect(BLASKernel.betterKernel(than: "Haswell", processorFlags: Self.bfloat16, environment: environment) == nil)
  }

  @Test("The library says which kernel runs and what it is")
  func names() {
    #expect(!BLASKernel.name.isEmpty)
    #expect(BLASKernel.configuration.contains("OpenBLAS"))
  }

  #if arch(x86_64) && os(Linux)
    @Test("Linux lists the processor's features")
    func processorFlags() {
      let flags = BLASKernel.processorFlags()
      #expect(flags.contains("sse2"))
      #expect(!flags.contains(":") && !flags.contains("flags"))
    }
  #endif
}
