import Transformers

/// How models are merged. The raw values are the spelling of `merge_method` in a recipe.
package enum MergeMethod: String, CaseIterable, Sendable {
  case adarank
  case adamerging
  case average
  /// Σ wᵢθᵢ, or the mean with these weights: mergekit's.
  case linear
  case taskArithmetic = "task_arithmetic"
  case cart
  case tsvM = "tsv_m"
  case isoC = "iso_c"
  case isoCTS = "iso_cts"
  case ties
  case consensusTA = "consensus_ta"

  /// Whether the method learns on unlabelled inputs, and so needs heads, inputs and an architecture it knows.
  package var learns: Bool { self == .adarank || self == .adamerging }
}

/// What the masked task vectors are measured from and added to.
package enum Origin: String, CaseIterable, Sendable {
  /// The pretrained weights θ₀.
  case taskArithmetic = "task_arithmetic"
  /// The mean of the fine-tuned weights. Source: Choi et al., CART (arXiv:2412.12153).
  case cart
  /// θ₀, with components that TSV-M makes orthogonal across tasks in the place of the task vectors' own.
  case tsvM = "tsv_m"
  /// θ₀ and what Iso-CTS finds in common, with the tasks' own directions beside it.
  case isoCTS = "iso_cts"

  /// Whether the components of all tasks of a matrix are found together, as a static method merges them. They do not add up
  /// to the task vectors.
  package var joinsTasks: Bool { self == .tsvM || self == .isoCTS }

  /// How many components each task has of a matrix with `full` of them.
  package func componentCount(of full: Int, tasks: Int) -> Int {
    switch self {
    case .taskArithmetic, .cart: full
    case .tsvM: max(1, full / tasks)
    case .isoCTS: StaticSettings().ownComponentCount(of: full, tasks: tasks)
    }
  }
}

/// The loss that a learning method minimises.
package enum Objective: String, CaseIterable, Sendable {
  /// The mean entropy of the merged model's predictions. Source: AdaRank (arXiv:2503.22178).
  case entropy
  /// Cross-entropy to the labels that each fine-tuned model gives its own task's inputs. Source: SyMerge
  /// (arXiv:2412.19098).
  case selfLabel = "self_label"
}

/// What a learning method learns.
package enum Learnable: String, CaseIterable, Sendable {
  case masks
  case coefficients
  /// The tasks' classifiers.
  case heads
}

/// What has a merge coefficient of its own.
package enum Granularity: String, CaseIterable, Sendable {
  /// Each task and tensor: layer-wise AdaMerging, and AdaRank.
  case tensor
  /// Each task: task-wise AdaMerging. Source: Yang et al., AdaMerging (ICLR 2024, arXiv:2310.02575).
  case task
}

/// When a learning method has learnt enough.
package enum StopRule: String, CaseIterable, Sendable {
  /// After all steps of the recipe.
  case steps
  /// Where the losses no longer fall, and after all steps at the latest.
  case plateau
}

/// What happens where a task has collapsed.
package enum CollapseRule: String, CaseIterable, Sendable {
  /// It is said, and learning goes on.
  case goOn = "go_on"
  /// Learning ends, and what is merged is the last state before.
  case stop
  /// Nobody looks.
  case ignore
}

/// The settings of a learning method. Defaults are the recipe's.
package struct LearningSettings: Equatable, Sendable {
  package var origin: Origin = .taskArithmetic
  /// λ₀, the same for every task and tensor.
  package var mergeCoefficient: Double = 0.3
  /// The share of each task's components that start unmasked, in 0 ... 1; 0 means one over the number of tasks.
  package var initialKeptFraction: Double = 1.0
  /// The ranks of adapters by which matrices begin with more or fewer components: PEFT's `rank_pattern` in a JSON file; nil:
  /// all begin alike.
  package var keptRanksPath: String?
  package var temperature: Double = 10
  /// The share of each task vector's entries that count, the largest over all merged tensors together.
  package var density = 1.0
  package var learn: Set<Learnable> = [.masks, .coefficients]
  package var granularity = Granularity.tensor
  package var objective: Objective = .entropy
  package var steps: Int = 500
  package var stop = StopRule.steps
  /// What masks and coefficients begin with; nil: the usual values.
  package var initialState: InitialState?
  package var onCollapse = CollapseRule.goOn
  /// Inputs per task and step.
  package var batchSize: Int = 16
  package var learningRate: Double = 0.001
  package var shuffle: Bool = true
  /// How many lanes a step's samples are cut into; nil: chosen from the model's tokens.
  package var lanes: Int?
  /// How nodes bring their gradients together; nil: the faster one by `CostModel`.
  package var exchange: Exchange?
  /// Between nodes, in Gbit/s: what `exchange` is chosen for.
  package var network = 10.0

  /// Whether masks need singular components; where all are kept and stay so, task vectors are only scaled.
  package var needsComponents: Bool {
    learn.contains(.masks) || initialKeptFraction < 1 || keptRanksPath != nil || origin.joinsTasks
      || initialState != nil
  }

  /// The file that masks and coefficients are taken from.
  package var initialStatePath: String? {
    get { initialState?.path }
    set { initialState = newValue.map { InitialState(path: $0) } }
  }

  /// λ₀ of a tensor: where the origin joins tasks, tensors without components begin with the mean task vector.
  func initialCoefficient(of role: ParameterRole, tasks: Int) -> Double {
    origin.joinsTasks && role == .scaled ? 1 / Double(tasks) : mergeCoefficient
  }

  /// Whether each task's tensors have one coefficient among them, which is learnt.
  package var sharesCoefficients: Bool { granularity == .task && learn.contains(.coefficients) }

  package init() {}
}

/// The settings of a static method. Defaults are the recipe's.
package struct StaticSettings: Equatable, Sendable {
  /// λ. Not used by `average` and `linear`.
  package var mergeCoefficient: Double = 1
  /// Whether what is summed is divided by the sum of the models' weights. Of `linear` and `task_arithmetic`.
  package var normalizes = false
  /// What is summed is multiplied by it at the end: mergekit's lambda. Of `task_arithmetic`.
  package var lambda: Double = 1
  /// CART: the share of each task's components that is kept.
  package var keptFraction: Double = 1
  /// Iso-CTS: the share of components that tasks have in common.
  package var commonFraction: Double = 0.8
  /// TIES: the share of each task vector's entries that is kept.
  package var density: Double = 0.2
  /// Consensus task arithmetic: λₜ, how much of what the other tasks do to an entry its own task must match.
  package var maskThreshold: Double = 0.4

  /// Iso-CTS: how many of a matrix's components each task has for itself.
  func ownComponentCount(of full: Int, tasks: Int) -> Int { (full - Int(commonFraction * Double(full))) / tasks }

  package init() {}
}

/// Regular expressions that override which tensors are masked, scaled or frozen. An empty list overrides nothing.
package struct RolePatterns: Equatable, Sendable {
  package var masked: [String] = []
  package var scaled: [String] = []
  package var frozen: [String] = []

  package init() {}
}

/// The element type of the merged model's files.
package enum OutputType: String, CaseIterable, Sendable {
  case float32, float16, bfloat16
  /// Each tensor in the type that the base model has it in.
  case base
}

/// How nodes bring their gradients together.
package enum Exchange: String, CaseIterable, Codable, Sendable {
  /// The gradients of weights travel to the tensors' owners, and rebuilt tensors travel back. Factors exist once in the
  /// job.
  case dense
  /// Every node holds all factors, forms the gradients of masks of its own samples, and only these travel.
  case components
}
