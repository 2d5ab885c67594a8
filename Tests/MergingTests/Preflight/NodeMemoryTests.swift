import Testing

@testable import Merging

@Suite struct NodeMemoryTests {
  private static let machine = [
    "/proc/meminfo": "MemTotal:       8000000 kB\nMemFree:  100 kB\nMemAvailable:   4000000 kB\n"
  ]

  private func memory(_ files: [String: String]) -> NodeMemory? {
    let files = Self.machine.merging(files) { $1 }
    return NodeMemory { files[$0] }
  }

  @Test func withoutGroupsItIsTheMachines() {
    #expect(memory([:]) == NodeMemory(available: 4_096_000_000))
    #expect(memory(["/proc/self/cgroup": "0::/\n"]) == NodeMemory(available: 4_096_000_000))
    #expect(NodeMemory { _ in nil } == nil)
    #expect(memory(["/proc/meminfo": "MemTotal: 8 kB\n"]) == nil)
  }

  /// A batch system's job, with the limit on a group above the process's own. Pages of files can be taken back.
  @Test func aLimitOfTheSecondVersionCounts() {
    let files = [
      "/proc/self/cgroup": "0::/slurm/job_7/step_0\n",
      "/sys/fs/cgroup/slurm/job_7/step_0/memory.max": "max\n",
      "/sys/fs/cgroup/slurm/job_7/step_0/memory.current": "900000000\n",
      "/sys/fs/cgroup/slurm/job_7/memory.max": "2000000000\n",
      "/sys/fs/cgroup/slurm/job_7/memory.current": "1500000000\n",
      "/sys/fs/cgroup/slurm/job_7/memory.stat":
        "anon 600000000\nfile 900000000\ninactive_file 500000000\nactive_file 300000000\n",
    ]
    #expect(memory(files) == NodeMemory(available: 1_300_000_000, group: "/sys/fs/cgroup/slurm/job_7"))
  }

  /// A container that sees its own group as the root.
  @Test func aContainersRootCounts() {
    let files = [
      "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1000000000\n",
      "/sys/fs/cgroup/memory.current": "1100000000\n",
    ]
    #expect(memory(files) == NodeMemory(available: 0, group: "/sys/fs/cgroup"))
  }

  /// The path is the host's; in the container the group is the root.
  @Test func aLimitOfTheFirstVersionCounts() {
    let files = [
      "/proc/self/cgroup": "9:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "3000000000\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "2500000000\n",
      "/sys/fs/cgroup/memory/memory.stat":
        "inactive_file 1\ntotal_inactive_file 200000000\ntotal_active_file 100000000\n",
    ]
    #expect(memory(files) == NodeMemory(available: 800_000_000, group: "/sys/fs/cgroup/memory"))
  }

  @Test func noLimitIsNone() {
    let files = [
      "/proc/self/cgroup": "4:memory:/\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "2500000000\n",
    ]
    #expect(memory(files) == NodeMemory(available: 4_096_000_000))
    let large = [
      "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "9000000000\n",
      "/sys/fs/cgroup/memory.current": "1000\n",
    ]
    #expect(memory(large) == NodeMemory(available: 4_096_000_000))
  }

  @Test func thisMachineHasSome() { #expect(NodeMemory.now.map { $0.available > 0 } != false) }
}
