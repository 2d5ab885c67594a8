import CMPI
import Foundation

/// The job: all ranks that were started together. MPI lives as long as the call to `run`.
package enum World {
  /// Starts MPI, calls `body` with the communicator of all ranks, and ends MPI.
  ///
  /// - Throws: what `body` throws, with MPI still running in the other ranks: whoever catches it must end the job.
  package static func run<R>(_ body: (Communicator) throws -> R) throws -> R {
    var provided: Int32 = 0
    try check(MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided), "MPI_Init_thread")
    let world = try Communicator(handle: adarank_comm_world()!, traffic: Traffic())
    let result = try body(world)
    try check(MPI_Finalize(), "MPI_Finalize")
    return result
  }

  /// The MPI library and its version.
  package static var library: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_LIBRARY_VERSION_STRING) + 1)
    var length: Int32 = 0
    MPI_Get_library_version(&text, &length)
    let whole = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(whole.prefix { $0 != "," })
  }

  /// This host's name, as MPI knows it.
  package static var hostName: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_PROCESSOR_NAME) + 1)
    var length: Int32 = 0
    MPI_Get_processor_name(&text, &length)
    return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// How many ranks a launcher says it started, by the variables that launchers set; nil where none did.
  package static func launchedRanks(environment: [String: String] = ProcessInfo.processInfo.environment) -> Int? {
    let variables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "SLURM_STEP_NUM_TASKS"]
    return variables.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first
  }

  /// The number that the launcher gave this process, before MPI is started; 0 where there is no launcher.
  package static func launchedRank(environment: [String: String] = ProcessInfo.processInfo.environment) -> Int {
    let variables = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"]
    return variables.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first ?? 0
  }
}
