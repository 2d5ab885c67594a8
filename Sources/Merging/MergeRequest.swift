/// One fine-tuned model of a merge and what belongs to its task.
package struct ModelSource: Equatable, Sendable {
  /// A model folder or a weight file.
  package var model: String
  /// The task's name; distinct within a request, and fit to be a file's name.
  package var task: String
  /// The task's classifier. Unless it is explicit, it need not exist.
  package var head: String
  /// Whether the person named the head.
  package var headIsExplicit: Bool
  /// Unlabelled inputs to learn on.
  package var adapt: String?
  /// Labelled inputs to measure accuracy on.
  package var evaluate: String?
  /// Static methods: the factor of this model.
  package var weight: Double
  /// Where texts and labels stand in tables.
  package var columns = TextColumns()
  /// What makes the head where there is no file of it.
  package var prompts: ClassPrompts?
  /// What is measured besides accuracy.
  package var metric: Metric?

  package init(
    model: String, task: String, head: String, headIsExplicit: Bool = false, adapt: String? = nil,
    evaluate: String? = nil, weight: Double = 1
  ) {
    self.model = model
    self.task = task
    self.head = head
    self.headIsExplicit = headIsExplicit
    self.adapt = adapt
    self.evaluate = evaluate
    self.weight = weight
  }
}

/// Everything that determines a merge.
package struct MergeRequest: Equatable, Sendable {
  package var method: MergeMethod
  /// A model folder.
  package var base: String
  package var models: [ModelSource]
  /// Set where the method learns.
  package var learning: LearningSettings?
  /// Set where it does not.
  package var statics: StaticSettings?
  package var roles = RolePatterns()
  /// Whether separate query, key and value matrices are merged as one.
  package var fuseQKV = false
  /// What the coefficient is chosen among; nil: it is given.
  package var search: CoefficientGrid?
  package var seed: UInt64 = 0
  /// The most tokens of a text that is tokenized here; nil: as many as model and tokenizer take.
  package var mostTokens: Int?
  package var outputType: OutputType = .float32
  /// The most bytes of one weight file.
  package var shardSize = 5_000_000_000
  /// Where singular components are kept between runs, and mapped from in this one; nil: nowhere, they stay in memory.
  package var cache: FactorCache?

  package init(method: MergeMethod, base: String, models: [ModelSource]) {
    self.method = method
    self.base = base
    self.models = models
    if method.learns { learning = LearningSettings() } else { statics = StaticSettings() }
  }

  /// Whether unlabelled inputs are looked at.
  package var usesAdaptInputs: Bool { method.learns || search != nil }

  /// Whether weights pass through the encoder: the ranks of a node share them.
  var sharesWeights: Bool { usesAdaptInputs || models.contains { $0.evaluate != nil } }

  /// The inputs of a task that the merge looks at: to learn or choose on, and to measure with.
  func inputPaths(of source: ModelSource) -> [String] {
    Set([usesAdaptInputs ? source.adapt : nil, source.evaluate].compactMap { $0 }).sorted()
  }

  /// What masked task vectors are measured from: the mean of the models for CART, else the base.
  package var origin: Origin {
    if method == .cart { return .cart }
    return learning?.origin ?? .taskArithmetic
  }

  /// Everything on the disk that the merge is made from.
  package var inputs: [String] {
    [base] + models.flatMap { [$0.model, $0.head] + [$0.adapt, $0.evaluate].compactMap { $0 } }
      + [learning?.initialStatePath, learning?.keptRanksPath].compactMap { $0 }
  }
}

/// What the person gave is wrong: everything that was found, each in a sentence that says what and where.
package struct InputError: Error, Equatable, CustomStringConvertible {
  package let findings: [String]

  package init(_ findings: [String]) { self.findings = findings }

  package var description: String { findings.joined(separator: "\n") }
}
