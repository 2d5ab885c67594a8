import CMPI
import Foundation

/// The job: all ranks that were started together. MPI lives as long as the call to `run`.
package enum World {
  /// Starts MPI, calls `body` with the communicator of all ranks, and ends MPI.
  ///
  /// - Parameter activity: made by the calling thread, which will own MPI.
  /// - Throws: what `body` throws, with MPI still running in the other ranks: whoever catches it must end the job.
  package static func run<R>(activity: Activity = Activity(), _ body: (Communicator) throws -> R) throws -> R {
    var provided: Int32 = 0
    try check(MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided), "MPI_Init_thread")
    let world = try Communicator(handle: adarank_comm_world()!, traffic: Traffic(), activity: activity)
    activity.begin(phase: "starting")
    let result = try body(world)
    activity.begin(phase: "ending MPI")
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

  /// This host's name, as the system knows it: also before MPI is started, and on any thread.
  package static var systemName: String {
    var text = [CChar](repeating: 0, count: 256)
    gethostname(&text, text.count - 1)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The folder in which Open MPI keeps memory that ranks of a node share; nil where it does not say, as before it is
  /// started.
  package static var sharedMemoryFolder: String? {
    var provided: Int32 = 0
    guard MPI_T_init_thread(Int32(MPI_THREAD_SINGLE), &provided) == MPI_SUCCESS else { return nil }
    defer { MPI_T_finalize() }
    var index: Int32 = 0
    var handle: MPI_T_cvar_handle?
    var count: Int32 = 0
    guard MPI_T_cvar_get_index("osc_sm_backing_directory", &index) == MPI_SUCCESS,
      MPI_T_cvar_handle_alloc(index, nil, &handle, &count) == MPI_SUCCESS
    else { return nil }
    defer { MPI_T_cvar_handle_free(&handle) }
    // The count may be that of the value as it was first.
    var text = [CChar](repeating: 0, count: max(Int(count), 4_096) + 1)
    guard MPI_T_cvar_read(handle, &text) == MPI_SUCCESS else { return nil }
    let path = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.isEmpty ? nil : path
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
