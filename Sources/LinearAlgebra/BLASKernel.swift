import COpenBLAS
import Foundation

/// Which of OpenBLAS's kernels runs, and how the program gets the best that the processor has.
///
/// OpenBLAS chooses its kernel when the library is loaded, by a table of processor models. Releases older than the
/// processor fall back to AVX2, at half the rate that AVX-512 gives. The environment variable `OPENBLAS_CORETYPE`
/// overrides the table, but only before the library is loaded.
package enum BLASKernel {
  /// The kernel that runs, in OpenBLAS's words: `SkylakeX`, `Haswell`, …
  package static var name: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS's own description: version, build options, kernel.
  package static var configuration: String { String(cString: openblas_get_config()) }

  /// Lets every product run on the thread that asks for it: the rank's own workers take whole products, and with
  /// several BLAS threads the bytes of some results differ.
  package static func useOneThread() { openblas_set_num_threads(1) }

  /// The environment in which OpenBLAS would run faster, or nil where nothing is to be gained or the person has chosen.
  ///
  /// - Parameter processorFlags: the `flags` of `/proc/cpuinfo`.
  package static func betterKernel(
    than running: String, processorFlags: Set<Substring>, environment: [String: String]
  ) -> String? {
    guard environment["OPENBLAS_CORETYPE"] == nil else { return nil }
    // What OpenBLAS's SkylakeX kernels are compiled for.
    let required: [Substring] = ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]
    guard processorFlags.isSuperset(of: required) else { return nil }
    let usesAVX512: Set = ["skylakex", "cooperlake", "sapphirerapids"]
    guard !usesAVX512.contains(running.lowercased()) else { return nil }
    return processorFlags.contains("avx512_bf16") ? "COOPERLAKE" : "SKYLAKEX"
  }

  /// Starts the program again with `OPENBLAS_CORETYPE` set where that makes products faster; returns where it does not.
  ///
  /// Call it before anything else: the process is replaced, keeping its arguments and its number.
  package static func ensureBest() {
    let environment = ProcessInfo.processInfo.environment
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    guard
      let kernel = betterKernel(than: name, processorFlags: processorFlags(), environment: environment)
    else {
      useOneThread()
      return
    }
    setenv("OPENBLAS_CORETYPE", kernel, 1)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    // Only where execv fails: go on with the slower kernel.
    useOneThread()
  }

  /// The processor's feature flags, as Linux lists them; empty where it does not.
  package static func processorFlags() -> Set<Substring> {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
      let colon = line.firstIndex(of: ":")
    else { return [] }
    return Set(line[colon...].dropFirst().split(separator: " "))
  }
}
