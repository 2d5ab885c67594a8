import Foundation
import LinearAlgebra

/// Products run as the program runs them: on one thread, with the processor's best kernel.
enum KernelChecks {
  static func run(_ context: CheckContext) throws {
    let environment = ProcessInfo.processInfo.environment
    context.verdict.expectEqual(environment["OPENBLAS_NUM_THREADS"], "1", "threads of a product")
    let better = BLASKernel.betterKernel(
      than: BLASKernel.name, processorFlags: BLASKernel.processorFlags(), environment: environment)
    context.verdict.expectEqual(better, nil, "a kernel that is better than \(BLASKernel.name)")
  }
}
