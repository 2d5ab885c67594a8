import Communication
import Transformers

/// The memory that one rank of a learning merge will need, known from headers alone.
package struct MemoryPlan: Codable, Equatable, Sendable {
  /// W, once per node and counted by each of its ranks.
  package var weights = 0
  /// What the rank's task vectors are measured from.
  package var origins = 0
  /// Singular components of the rank's tasks.
  package var components = 0
  /// Whether components lie in mapped files, which the system can take out of memory again.
  package var mapsComponents = false
  /// Mask logits, coefficients and Adam's moments.
  package var learning = 0
  /// The tasks' classifiers, and where these are learnt what that takes.
  package var heads = 0
  /// What the forward pass leaves for the backward pass.
  package var activations = 0
  /// Gradients of two stages, on their way from lanes to owners.
  package var gradients = 0
  /// What workers compute in.
  package var scratch = 0
  /// The first blocks whose activations are computed twice, to save memory.
  package var recomputedLayers = 0
  /// What making heads of class names takes, before all else: its memory is given back.
  package var textTower = 0
  /// What choosing a coefficient takes, before learning: its memory is given back.
  package var search = 0

  /// The largest private memory of the rank at a time, in bytes.
  package var peak: Int { max(total, textTower, search) }

  /// The private memory of the rank while it learns, in bytes.
  package var total: Int {
    weights + origins + (mapsComponents ? 0 : components) + learning + heads + activations
      + gradients + scratch
  }

  /// - Parameters:
  ///   - team: the rank's.
  ///   - rank: among the team's.
  ///   - teams: how many there are.
  ///   - budget: the private memory that the rank may use: blocks are computed again until the plan keeps to it, or all
  ///     are; nil: any.
  /// - Precondition: the collection's method learns and its architecture is known.
  package init(_ collection: Collection, team: TeamPlan, rank: Int, teams: Int, threads: Int, budget: Int?) {
    let (lanes, shards) = (team.lanes, team.shards)
    let (settings, encoder) = (collection.request.learning!, collection.encoder!)
    let float = MemoryLayout<Float>.stride
    weights = encoder.layout.count * float
    mapsComponents = collection.request.cache != nil && !settings.origin.joinsTasks
    let own = shards.shares(ofRank: rank).filter { collection.tensors[$0.tensor].place != nil }
    for share in own {
      let tensor = collection.tensors[share.tensor]
      origins += tensor.count * float
      if shards.shares[share.tensor].count > 1 { scratch += tensor.count * float }
      guard tensor.role == .masked else { continue }
      let (tasks, r) = (share.tasks.count, tensor.componentCount)
      if settings.needsComponents { components += tasks * r * (tensor.rows + tensor.columns + 1) * float }
      learning += tasks * r * (3 * MemoryLayout<Double>.stride + float)
    }

    let ranks = lanes.lanesOfRank.count * teams
    heads = Self.heads(collection, samples: lanes.samples, ranks: ranks)
    textTower = collection.textTower?.byteCount(threads: threads) ?? 0
    search = Self.search(collection, ranks: ranks, threads: threads)
    let stages = LearningRun.stages(collection, settings) { team.route(of: $0) }
    let counts = stages.keys.sorted(by: >).map { ExchangePlan(stages[$0]!, rank: rank, lanes: lanes).count }
    for slot in 0..<2 {
      gradients += float * (counts.enumerated().filter { $0.offset % 2 == slot }.map(\.element).max() ?? 0)
    }
    // Products that leave and that arrive.
    gradients += 2 * StepTraffic(collection, team: team, rank: rank, teams: teams).products
    let pieces = lanes.pieces(ofRank: rank)
    let depth = pieces.map { SumTree.depth(of: $0) }.max() ?? 0
    let ofWorker = own.map { Ownership.scratchCount(collection.tensors[$0.tensor], settings) }.max() ?? 0
    scratch += threads * (ofWorker + depth * GradientTile.mostElements) * float

    let samples = lanes.samples(ofRank: rank).lowerBound
    let ownLanes = lanes.lanesOfRank[rank].map { lane in
      lanes.lanes[lane].lowerBound - samples..<lanes.lanes[lane].upperBound - samples
    }
    func bytes(_ recomputed: Int) -> Int {
      EncoderPass.byteCount(
        encoder, tokens: collection.mostTokens, lanes: ownLanes, workers: threads, recomputedLayers: recomputed)
    }
    activations = bytes(0)
    guard let budget else { return }
    while total > budget, recomputedLayers < EncoderPass.mostRecomputedLayers(encoder) {
      recomputedLayers += 1
      activations = bytes(recomputedLayers)
    }
  }

  /// W; the rank's tensors at both ends of the line along which all of the grid lies; forward passes; and where workers
  /// merge, a matrix, its decomposition and what that needs beside it: about six times the largest tensor.
  private static func search(_ collection: Collection, ranks: Int, threads: Int) -> Int {
    guard collection.request.search != nil, let encoder = collection.encoder else { return 0 }
    var own = [Int](repeating: 0, count: ranks)
    for tensor in collection.body { own[tensor % ranks] += collection.tensors[tensor].count }
    let largest = collection.body.map { collection.tensors[$0].count }.max() ?? 0
    return (encoder.layout.count + 2 * own.max()! + threads * 6 * largest) * MemoryLayout<Float>.stride
      + Inference.byteCount(encoder: encoder, tokens: collection.mostTokens, threads: threads)
  }

  /// Of one of all ranks.
  init(_ collection: Collection, topology: Topology, rank: Int, threads: Int, budget: Int?) {
    let exchange = TeamPlan.exchange(collection, topology: topology)
    let teams = TeamPlan.teams(collection, topology: topology, exchange: exchange)
    let node = topology.nodeOfRank[rank]
    let (team, place) =
      exchange == .dense ? (teams[0], rank) : (teams[node], topology.ranksByNode[node].firstIndex(of: rank)!)
    self.init(collection, team: team, rank: place, teams: teams.count, threads: threads, budget: budget)
  }

  /// Classifiers [K, C] on every rank; where they are learnt once more, with Adam's state and a gradient for those that a
  /// rank owns, which at most are the largest T / ranks, and the whole batch's inputs and gradients of logits.
  private static func heads(_ collection: Collection, samples: Int, ranks: Int) -> Int {
    let float = MemoryLayout<Float>.stride
    let width = collection.encoder!.featureWidth
    let counts = collection.request.models.map { (try? collection.classCount($0)) ?? 0 }
    let all = counts.reduce(0, +) * width
    guard collection.request.learning!.learn.contains(.heads) else { return all * float }
    let own = counts.sorted(by: >).prefix((counts.count + ranks - 1) / ranks).reduce(0, +) * width
    return (2 * all + own + samples * (width + (counts.max() ?? 0))) * float + own * 3 * MemoryLayout<Double>.stride
  }
}
