import Communication
import Transformers

/// How a merge's learning is cut up: functions of the collection and the ranks alone.
extension LearningRun {
  /// How a merge would be shared out.
  ///
  /// - Precondition: the collection's method learns and its architecture is known.
  package static func plans(
    _ collection: Collection, topology: Topology
  ) -> (lanes: LanePlan, shards: ShardPlan) {
    let settings = collection.request.learning!
    let lanes = lanePlan(collection, topology: topology)
    let shards = ShardPlan(
      tensors: collection.tensors, tasks: collection.taskCount, laneLoads: laneLoads(collection, lanes),
      cost: cost(settings))
    return (lanes, shards)
  }

  static func lanePlan(_ collection: Collection, topology: Topology) -> LanePlan {
    let settings = collection.request.learning!
    let samples = settings.batchSize * collection.taskCount
    let tokens = collection.meanTokens
    let count = settings.lanes ?? LanePlan.defaultLaneCount(samples: samples, tokensPerSample: tokens)
    return LanePlan(samples: samples, laneCount: count, topology: topology)
  }

  /// Six operations per weight of a matrix and token: two forwards and four backwards.
  static func laneLoads(_ collection: Collection, _ lanes: LanePlan) -> [Double] {
    let weights = collection.tensors.reduce(0) { sum, tensor in
      sum + (tensor.place != nil && tensor.members[0].shape.count > 1 ? tensor.count : 0)
    }
    let perSample = Double(6 * weights * collection.meanTokens)
    return lanes.lanesOfRank.indices.map { perSample * Double(lanes.samples(ofRank: $0).count) }
  }

  static func cost(_ settings: LearningSettings) -> ShardPlan.Cost {
    var cost = ShardPlan.Cost.learning(steps: settings.steps)
    cost.keepsTasksTogether = settings.origin.joinsTasks
    return settings.needsComponents ? cost : cost.withoutComponents
  }

  /// The largest number of ranks up to `limit` among which the work can be shared out evenly.
  package static func usefulRanks(_ collection: Collection, limit: Int) -> Int {
    ShardPlan.usefulRanks(
      tensors: collection.tensors, tasks: collection.taskCount, cost: cost(collection.request.learning!), limit: limit
    ) { ranks in
      laneLoads(collection, lanePlan(collection, topology: Topology(oneNodeOf: ranks)))
    }
  }

  /// The tensors of each stage whose gradients are wanted.
  static func stages(
    _ collection: Collection, _ settings: LearningSettings, route: (Int) -> GradientRoute
  ) -> [Int: GradientStage] {
    var stages: [Int: GradientStage] = [:]
    for index in collection.body {
      let tensor = collection.tensors[index]
      let isWanted =
        tensor.role == .masked || (tensor.role == .scaled && settings.learn.contains(.coefficients))
      guard isWanted, let stage = tensor.place?.stage else { continue }
      stages[stage, default: GradientStage()].append(index, count: tensor.count, route: route(index))
    }
    return stages
  }

  /// The tiles of each stage's gradients, and the scratch that a worker needs for them.
  static func tiles(
    _ stages: [Int: GradientStage], _ pass: EncoderPass, _ collection: Collection, pieces: [Range<Int>]
  ) -> ([Int: [GradientTile]], Int) {
    var tiles: [Int: [GradientTile]] = [:]
    var scratch = 0
    let layout = pass.encoder.layout
    for (number, stage) in stages {
      let parts = pass.gradientParts(stage: number).compactMap { part -> (GradientPart, Int)? in
        let first = layout.offsets[part.parameter] + part.elements.lowerBound
        // A stacked tensor holds several parameters, which lie one behind the other in the encoder's memory too.
        for tensor in stage.tensors {
          let start = collection.tensors[tensor.tensor].place!.offset
          if (start..<start + tensor.count).contains(first) { return (part, tensor.offset + first - start) }
        }
        return nil
      }
      tiles[number] = parts.flatMap { GradientTile.tiles(of: $0.0, offset: $0.1) }
      scratch = max(scratch, GradientTile.scratchCount(parts.map(\.0), pieces: pieces))
    }
    return (tiles, scratch)
  }
}
