import LinearAlgebra

/// One rank's forward and backward passes through an encoder: the memory of its samples, allocated once.
///
/// Samples lie lane by lane. Every lane is computed by itself, so lanes may be computed at the same time, by any worker,
/// and give the same bytes.
package final class EncoderPass: @unchecked Sendable {
  package let encoder: Encoder
  /// The rank's lanes, each with its samples among the rank's, from 0.
  package let lanes: [Range<Int>]
  /// N, the most tokens of a sample, and where each sample's lie.
  package let tokens: SampleRows
  /// Patches [B·N, channels · patch · patch], to be filled by a `PatchCutter` before `forward`; of a text encoder nothing.
  package let patches: MutableMatrixView
  /// Each token's word, position and type; of a vision tower nothing.
  let ids: [RowIndices]
  private let idStorage: IndexStorage
  /// f [B, features].
  package let features: MutableMatrixView
  /// The gradient of the loss with respect to f, to be filled before `backward`.
  package let dFeatures: MutableMatrixView

  /// The embedding's sum before its normalisation [B·N, C].
  let embedded: MutableMatrixView
  let embeddedStatistics: MutableMatrixView
  /// The input of each block, and the output of the last; two that take turns where there is no backward pass.
  let streams: [MutableMatrixView]
  /// What blocks leave for the backward pass. Blocks that are computed again share a place with the first that is not.
  private let activations: [TransformerBlock.Activations]
  let recomputedLayers: Int
  let pooled: MutableMatrixView
  let pooledStatistics: MutableMatrixView
  /// Gradients with respect to a block's output and input, which take turns.
  let dStreams: [MutableMatrixView]
  let dPooled: MutableMatrixView
  let dEmbedded: MutableMatrixView
  private let scratch: [TransformerBlock.Scratch]
  /// The gradient before tanh, where that is behind the projection.
  let dProjected: MutableMatrixView
  let dPreNorm: MutableMatrixView
  /// Each lane's gradients of the patches' bias [lanes, C], and of positions that are interpolated.
  let dPatchBias: MutableMatrixView
  let dPosition: MutableMatrixView
  let dPostNorm: MutableMatrixView
  private let storage: Arena

  /// - Parameters:
  ///   - tokens: the most tokens of a sample; nil where the encoder fixes them.
  ///   - lanes: contiguous from 0.
  ///   - workers: how many workers compute lanes at the same time.
  ///   - forBackward: whether `backward` will be called: a forward pass alone needs far less memory.
  ///   - recomputedLayers: how many of the first blocks keep nothing but their inputs and are computed again in the
  ///     backward pass: two ninths more operations in these blocks (three with layer scales), the same bytes, far less
  ///     memory.
  package convenience init(
    _ encoder: Encoder, tokens: Int? = nil, lanes: [Range<Int>], workers: Int, forBackward: Bool,
    recomputedLayers: Int = 0
  ) {
    self.init(
      encoder, tokens: tokens, lanes: lanes, workers: workers, forBackward: forBackward,
      recomputedLayers: recomputedLayers,
      arena: Arena())
  }

  /// The bytes that a pass holds.
  package static func byteCount(
    _ encoder: Encoder, tokens: Int? = nil, lanes: [Range<Int>], workers: Int, forBackward: Bool = true,
    recomputedLayers: Int = 0
  ) -> Int {
    let pass = EncoderPass(
      encoder, tokens: tokens, lanes: lanes, workers: workers, forBackward: forBackward,
      recomputedLayers: recomputedLayers, arena: Arena(onlyCounts: true))
    return pass.storage.count * MemoryLayout<Float>.stride
  }

  /// The most blocks that can be recomputed.
  package static func mostRecomputedLayers(_ encoder: Encoder) -> Int { max(0, encoder.blocks.count - 2) }

  private init(
    _ encoder: Encoder, tokens: Int? = nil, lanes: [Range<Int>], workers: Int, forBackward: Bool, recomputedLayers: Int,
    arena: Arena
  ) {
    var arena = arena
    self.encoder = encoder
    self.recomputedLayers = forBackward ? recomputedLayers : Self.mostRecomputedLayers(encoder)
    self.lanes = lanes
    let (width, mlp, tokens) = (encoder.width, encoder.mlpWidth, tokens ?? encoder.fixedTokens!)
    let samples = lanes.last?.upperBound ?? 0
    let rows = samples * tokens
    self.tokens = SampleRows(samples: samples, capacity: tokens)
    var patchCount = 0
    if case .pictures(let tower) = encoder.input { patchCount = tower.pictures.patchCount }
    patches = arena.matrix(patchCount > 0 ? rows : 0, patchCount)
    let idStorage = IndexStorage(count: patchCount > 0 ? 0 : 3 * rows)
    self.idStorage = idStorage
    ids = (0..<3).map { RowIndices(idStorage.base + (patchCount > 0 ? 0 : $0 * rows)) }
    embedded = arena.matrix(rows, width)
    embeddedStatistics = arena.matrix(rows, 2)
    let streamCount = forBackward ? encoder.layers : min(2, encoder.layers)
    let outputs = encoder.joinsPatches ? rows : samples
    streams =
      (0..<streamCount).map { _ in arena.matrix(rows, width) } + [arena.matrix(outputs, width)]
    activations = encoder.blocks.dropFirst(self.recomputedLayers).map { block in
      let asked = samples * block.queries(tokens)
      let isBefore = block.normalization == .before
      let scaled = block.parameters.scales == nil ? 0 : asked
      return TransformerBlock.Activations(
        q: arena.matrix(asked, width), kv: arena.matrix(rows, 2 * width),
        probabilities: arena.matrix(asked * encoder.heads, tokens), attended: arena.matrix(asked, width),
        x2: arena.matrix(asked, width), hidden: arena.matrix(asked, mlp),
        sum2: arena.matrix(isBefore ? 0 : asked, width), branch1: arena.matrix(scaled, width),
        branch2: arena.matrix(scaled, width), statistics1: arena.matrix(isBefore ? rows : asked, 2),
        statistics2: arena.matrix(asked, 2))
    }
    // The last block has fewer rows after attention: its matrices in the backward pass, where all lanes are at the same
    // stage, are the first rows of the others'. In the forward pass another lane may be at another block: it has its own.
    let back = forBackward ? rows : 0
    let isBefore = encoder.blocks[0].normalization == .before
    let isScaled = encoder.blocks[0].parameters.scales != nil
    let whole = TransformerBlock.Scratch(
      norm1: arena.matrix(isBefore ? rows : 0, width), norm2: arena.matrix(rows, width),
      activated: arena.matrix(rows, mlp),
      dHidden: arena.matrix(back, mlp), dx2: arena.matrix(back, width), dq: arena.matrix(back, width),
      dAttended: arena.matrix(back, width), dkv: arena.matrix(back, 2 * width),
      dNorm: arena.matrix(isBefore ? back : 0, width),
      dSum2: arena.matrix(isBefore && !isScaled ? 0 : back, width), dBranch1: arena.matrix(isScaled ? back : 0, width),
      askers: arena.matrix(0, width),
      dParameters1: arena.matrix(lanes.count, 2 * width), dParameters2: arena.matrix(lanes.count, 2 * width),
      dScales: arena.matrix(isScaled ? lanes.count : 0, 2 * width),
      dProbabilities: arena.matrix(forBackward ? workers * tokens : 0, tokens))
    scratch = [
      whole,
      whole.pooled(
        norm2: arena.matrix(samples, width), activated: arena.matrix(samples, mlp),
        askers: arena.matrix(samples, width), samples: min(samples, back)),
    ]
    pooled = arena.matrix(outputs, width)
    pooledStatistics = arena.matrix(outputs, 2)
    features = arena.matrix(samples, encoder.featureWidth)
    dFeatures = arena.matrix(forBackward ? samples : 0, encoder.featureWidth)
    dPooled = arena.matrix(forBackward ? outputs : 0, width)
    dProjected = arena.matrix(forBackward && encoder.projection?.hasTanh == true ? samples : 0, encoder.featureWidth)
    dStreams = (0..<2).map { _ in arena.matrix(back, width) }
    dEmbedded = arena.matrix(back, width)
    dPreNorm = arena.matrix(lanes.count, 2 * width)
    var (biases, positions) = (0, 0)
    if forBackward, case .patches(let embedding) = encoder.embedding {
      biases = embedding.patchBias == nil ? 0 : width
      positions = embedding.interpolation == nil ? 0 : encoder.layout.parameters[embedding.position].count
    }
    dPatchBias = arena.matrix(lanes.count, biases)
    dPosition = arena.matrix(lanes.count, positions)
    dPostNorm = arena.matrix(lanes.count, 2 * width)
    storage = arena
  }

  /// The rows of some samples' patches.
  package func patches(of samples: Range<Int>) -> MutableMatrixView { patches.rows(tokenRows(samples)) }

  func tokenRows(_ samples: Range<Int>) -> Range<Int> { tokens.rows(samples) }

  /// The rows of some samples in the last block's output.
  func outputRows(_ samples: Range<Int>) -> Range<Int> { encoder.joinsPatches ? tokenRows(samples) : samples }

  func stream(_ layer: Int) -> MutableMatrixView {
    if layer == encoder.blocks.count { return streams[streams.count - 1] }
    return streams[layer % (streams.count - 1)]
  }

  func activations(_ layer: Int) -> TransformerBlock.Activations {
    activations[max(0, layer - recomputedLayers)]
  }

  func scratch(_ layer: Int) -> TransformerBlock.Scratch { scratch[encoder.blocks[layer].pools ? 1 : 0] }
}

extension TransformerBlock.Scratch {
  /// The same memory for a block that pools, but for what its forward pass writes row by sample.
  fileprivate func pooled(
    norm2: MutableMatrixView, activated: MutableMatrixView, askers: MutableMatrixView, samples: Int
  ) -> Self {
    TransformerBlock.Scratch(
      norm1: norm1, norm2: norm2, activated: activated,
      dHidden: dHidden.rows(0..<samples), dx2: dx2.rows(0..<samples), dq: dq.rows(0..<samples),
      dAttended: dAttended.rows(0..<samples), dkv: dkv, dNorm: dNorm,
      dSum2: dSum2.rows(0..<min(samples, dSum2.rows)), dBranch1: dBranch1.rows(0..<min(samples, dBranch1.rows)),
      askers: askers, dParameters1: dParameters1, dParameters2: dParameters2, dScales: dScales,
      dProbabilities: dProbabilities)
  }
}

/// The storage behind the matrices of one pass.
private struct Arena {
  /// Elements so far.
  private(set) var count = 0
  private let onlyCounts: Bool
  private var storage: [FloatStorage] = []

  /// - Parameter onlyCounts: whether to count only; the matrices must not be touched then.
  init(onlyCounts: Bool = false) { self.onlyCounts = onlyCounts }

  mutating func matrix(_ rows: Int, _ columns: Int) -> MutableMatrixView {
    count += rows * columns
    guard !onlyCounts else {
      return MutableMatrixView(UnsafeMutablePointer(bitPattern: 64)!, rows: rows, columns: columns)
    }
    let block = FloatStorage(count: rows * columns)
    storage.append(block)
    return block.matrix(rows: rows, columns: columns)
  }
}

/// Indices that live as long as their owner.
private final class IndexStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Int32>

  init(count: Int) {
    base = .allocate(capacity: max(1, count))
    base.update(repeating: 0, count: max(1, count))
  }

  deinit { base.deallocate() }
}
