import Transformers

/// What a run leaves.
extension LearningRun {
  /// The rank that gives a merged tensor to the output: its owner, in the components exchange the first node's.
  package func giver(of tensor: Int) -> Int {
    let owner = teamPlans[0].shards.owner(of: tensor)
    return exchange == .components ? job.topology.ranksByNode[0][owner] : owner
  }

  /// The bytes that this rank sends in so many steps, with what rebuilding takes once before the first.
  package func plannedBytes(steps: Int) -> Int {
    let traffic = StepTraffic(collection, team: teamPlan, rank: team.rank, teams: teamPlans.count)
    return steps * traffic.total
      + collection.body.reduce(0) {
        $0 + StepTraffic.bytesToRebuild($1, collection, team: teamPlan, rank: team.rank)
      }
  }

  /// Each task's head as it is now.
  package var heads: [Head] { (0..<collection.taskCount).map { lanes.head(ofTask: $0) } }

  /// What was learnt, gathered from all owners. Collective.
  package func state() throws -> LearnedState {
    try LearnedState(gathering: ownership.shares, collection: collection, plan: shardPlan, job: team)
  }

  /// How many components changed between kept and pruned since learning began. Collective.
  package func flipped() throws -> Int {
    try team.world.sum([ownership.shares.reduce(0) { $0 + $1.flippedCount }])[0]
  }

  /// What the components were like and what became of them, on rank 0; nil elsewhere, and where there are none. Collective.
  package func components(_ state: LearnedState) throws -> ComponentTable? {
    // In the components exchange every node has them all: the first answers.
    guard settings.needsComponents, exchange == .dense || job.nodeIndex == 0 else { return nil }
    let found = try ComponentSurvey(collection: collection, ownership: ownership, pool: pool).run { done, count in
      observe(.progress(done: done, of: count))
    }
    return try ComponentTable(
      gathering: found, shares: ownership.shares, state: state, collection: collection, plan: shardPlan, job: team)
  }

  /// How much the tasks' vectors have in common, on the first node; nil elsewhere, and of one task. Collective.
  ///
  /// Every tensor is looked at by the owner of its first tasks, who reads all task vectors from their files.
  package func interference() throws -> Interference? {
    guard collection.taskCount > 1, exchange == .dense || job.nodeIndex == 0 else { return nil }
    let compared = collection.comparedTensors.filter { collection.tensors[$0].place != nil }
    let shares = ownership.shares.filter {
      compared.contains($0.share.tensor) && shardPlan.shares[$0.share.tensor][0] == $0.share
    }
    let done = Counter()
    let watch = { self.observe(.progress(done: done.value, of: shares.count)) }
    let products = try pool.map(shares, meanwhile: watch) { [ownership] owned in
      defer { done.increment() }
      return try ownership.taskVectorProducts(owned)
    }
    return try Interference(
      start: collection.request.vectorStart, tasks: collection.taskCount, tensors: compared,
      own: Dictionary(uniqueKeysWithValues: zip(shares.map(\.share.tensor), products)), world: team.world)
  }
}
