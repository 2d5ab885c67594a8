import ArgumentParser
import Checkpoints
import Communication
import Foundation
import Glibc
import Launch
import LinearAlgebra
import Merging
import Reports

struct StaticCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "static",
    abstract: "Measures task arithmetic from files to a file, against the rates of disk and memory.",
    discussion: """
      Warm: the models are in the system's cache. Cold: they have been dropped from it. Reading alone is measured beside \
      each: all files from beginning to end, as fast as all threads can. A merge also hashes them, adds up, writes the model \
      while it adds, waits for the disk and computes the digest of what it writes; its rate is that of all bytes that it \
      reads and writes.
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var options: BenchOptions

  func run() throws {
    ParallelRun.run(threads: options.threads) { job, pool in
      let synthetic = SyntheticCollection(models)
      try synthetic.prepare(job: job, pool: pool)
      var request = synthetic.request(.taskArithmetic)
      request.statics!.mergeCoefficient = 0.3
      let files = ([synthetic.base] + request.models.map(\.model)).map { "\($0)/model.safetensors" }
      let bytes = try files.reduce(0) { $0 + (try MappedFile(path: $1).count) }
      var findings = StaticFindings(
        model: models.model, tasks: models.tasks, ranks: job.size, threads: pool.threads, bytesRead: bytes,
        bytesWritten: try MappedFile(path: files[0]).count, states: [])
      for isCold in [false, true] {
        var reading = Measurement()
        var merging = Measurement()
        var parts: [MergeReport.Seconds] = []
        for _ in 0..<options.repetitions {
          try ready(files, isCold, job, pool)
          reading.values.append(
            try Measurement.seconds {
              if job.isCoordinator { try read(files, pool) }
              try job.world.barrier()
            })
          try ready(files, isCold, job, pool)
          let merge = try Merge(request, job: job, pool: pool, observe: { _ in })
          try merge.run()
          let folder = try job.onCoordinator {
            try OutputFolder(at: "\(models.scratch)/merged", overwrite: true)
          }
          try merge.write(into: folder)
          _ = try job.onCoordinator { try folder!.discard() }
          merging.values.append(merge.report.seconds.total)
          parts.append(merge.report.seconds)
        }
        findings.states.append(
          StaticFindings.State(
            isCold: isCold, readingSeconds: reading, mergingSeconds: merging,
            checkingSeconds: Measurement(parts.map(\.read)), addingSeconds: Measurement(parts.map(\.adapt)),
            writingSeconds: Measurement(parts.map(\.gather))))
      }
      if job.isCoordinator { try findings.show(asJSON: options.json) }
    }
  }

  /// Brings all files into the system's cache, or out of it.
  private func ready(_ files: [String], _ isCold: Bool, _ job: Job, _ pool: WorkerPool) throws {
    if job.isCoordinator, !isCold { try read(files, pool) }
    if job.isCoordinator, isCold {
      for file in files {
        let descriptor = open(file, O_RDONLY)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        close(descriptor)
      }
    }
    try job.world.barrier()
  }

  /// Reads files from beginning to end, 4 MB at a time, one file per worker.
  private func read(_ files: [String], _ pool: WorkerPool) throws {
    try pool.run(files.count) { index, _ in
      let descriptor = open(files[index], O_RDONLY)
      defer { close(descriptor) }
      withUnsafeTemporaryAllocation(byteCount: 4 << 20, alignment: 4096) { buffer in
        while Glibc.read(descriptor, buffer.baseAddress!, buffer.count) > 0 {}
      }
    }
  }
}

struct StaticFindings: Findings {
  struct State: Encodable {
    let isCold: Bool
    let readingSeconds: Measurement
    let mergingSeconds: Measurement
    let checkingSeconds: Measurement
    let addingSeconds: Measurement
    let writingSeconds: Measurement
  }

  let model: Architecture
  let tasks: Int
  let ranks: Int
  let threads: Int
  let bytesRead: Int
  let bytesWritten: Int
  var states: [State]

  var text: String {
    "task arithmetic over \(tasks) \(model.rawValue), \(Numbers.bytes(bytesRead)) of files into one of "
      + "\(Numbers.bytes(bytesWritten)), "
      + "\(Numbers.counted(ranks, "rank")) of \(Numbers.counted(threads, "thread"))\n\n"
      + TextTable(
        header: ["files", "reading alone", "GB/s", "merge", "GB/s", "checking", "adding", "the rest"],
        rows: states.map { state in
          [
            state.isCold ? "on disk" : "in memory", state.readingSeconds.text("%.2f"),
            state.readingSeconds.map { Double(bytesRead) / $0 / 1e9 }.text("%.2f"),
            state.mergingSeconds.text("%.2f"),
            state.mergingSeconds.map { Double(bytesRead + bytesWritten) / $0 / 1e9 }.text("%.2f"),
            state.checkingSeconds.text("%.2f"), state.addingSeconds.text("%.2f"), state.writingSeconds.text("%.2f"),
          ]
        }
      ).text + "\n\nseconds: the median and, where measured several times, the smallest and largest"
  }
}
