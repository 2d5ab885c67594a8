import Checkpoints
import Communication
import Merging

/// What was learnt, under the names of `adarank_state.safetensors`.
enum LearnedStateChecks {
  static func run(_ context: CheckContext) throws {
    let (job, verdict) = (try Job(world: context.world), context.verdict)
    for family in ["clip", "openclip"] {
      let golden = try Golden(family: family, fixtures: context.fixtures)
      for name in ["adarank_cart", "adamerging_layerwise"] {
        let merge = FixtureMerge(name, family: family, fixtures: context.fixtures, steps: 0)
        let run = try merge.learn(job: job, pool: context.pool())
        let state = try run.state()
        let what = "\(family) \(name)"
        let named = Dictionary(uniqueKeysWithValues: state.namedTensors.map { ($0.description.name, $0.description) })
        let wanted = try golden.tensors("\(name)_state_step1")!
        verdict.expectEqual(named.keys.sorted(), wanted.keys.sorted(), "\(what): names")
        let tasks = FixtureMerge.tasks.count
        for (name, description) in named {
          let shape = name.hasPrefix("logits.") ? [tasks, wanted[name]!.count / tasks] : [tasks]
          verdict.expectEqual(description.shape, shape, "\(what): shape of \(name)")
        }
        verdict.expectEqual(state.tasks, FixtureMerge.tasks, "\(what): tasks")
        verdict.expectEqual(state.metadata["tasks"], #"["alpha","beta","gamma"]"#, "\(what): tasks in the metadata")
        verdict.expectEqual(try run.flipped(), 0, "\(what): flipped before the first step")
        verdict.expectEqual(state.total, 1_152 * (family == "clip" ? 12 : 8) / 12, "\(what): components")
        // ⌊0.16 · 32⌋ of each task's 32 components.
        let kept = name == "adarank_cart" ? state.total / 32 * 5 : state.total
        verdict.expectEqual(state.kept, kept, "\(what): kept before the first step")
      }
      let merge = FixtureMerge("adarank_ta", family: family, fixtures: context.fixtures, steps: 30)
      let run = try merge.learn(job: job, pool: context.pool())
      let (state, flipped) = (try run.state(), try run.flipped())
      // All were kept at the beginning.
      verdict.expectEqual(flipped, state.total - state.kept, "\(family): flipped")
      verdict.expect(flipped > 0, "\(family): nothing flipped")
    }
  }
}
