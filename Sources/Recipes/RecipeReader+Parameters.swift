import Merging

/// The keys under `parameters`.
extension RecipeReader {
  /// - Parameter method: nil where it is not known; any method's keys are accepted then.
  mutating func readParameters(_ recipe: [SourceNode.Entry], method: MergeMethod?) {
    if let method { settings.learning.learn = method.defaultLearn }
    var entries: [SourceNode.Entry] = []
    if let parameters = recipe.given("parameters") {
      entries = attempt(try parameters.value.entries("parameters")) ?? []
    }
    let used = method.map { method in
      (RecipeKey.parameters.filter { $0.users.contains(method) }.map(\.name), "\(method.rawValue) uses")
    }
    checkKeys(
      of: entries, known: KnownKeys.parameters, place: "under parameters", suggested: used,
      elsewhere: KnownKeys.topLevel, "at the top level")
    for entry in entries {
      guard let key = RecipeKey.parameters.first(where: { $0.name == entry.key }) else { continue }
      readParameter(key, entry, method: method)
    }
    if let method, let place = recipe.given("merge_method")?.value.source {
      complete(method, given: entries, place: place)
    }
  }

  private mutating func readParameter(_ key: RecipeKey, _ entry: SourceNode.Entry, method: MergeMethod?) {
    if let method, !key.users.contains(method) {
      let users = key.users.map(\.rawValue).joined(separator: ", ")
      findings.append(entry.source.finding("\(method.rawValue) does not use \(key.name); used by \(users)"))
      return
    }
    guard !entry.value.isNull,
      read(key, entry.value),
      method == .adamerging, let neutral = key.neutral, key.write(settings) != neutral
    else { return }
    findings.append(
      entry.value.source.finding(
        "adamerging accepts only \(neutral) for \(key.name), got \(key.write(settings)); adarank accepts others"))
  }

  /// Fills in the defaults that depend on the method, and reports what has none.
  ///
  /// - Parameter place: of the method's name.
  private mutating func complete(_ method: MergeMethod, given entries: [SourceNode.Entry], place: Source) {
    let origin = settings.learning.origin
    if method.measuresFromMean(origin: origin) {
      let asker = method == .cart ? "cart" : "\(method.rawValue) with origin cart"
      for name in ["merge_coefficient", "initial_kept_fraction"] where entries.given(name) == nil {
        findings.append(
          place.finding("\(asker) requires \(name) under parameters: it has no default; auto chooses it"))
      }
    } else {
      if settings.initialKeptFraction == .auto, let entry = entries.given("initial_kept_fraction") {
        findings.append(entry.value.source.finding("initial_kept_fraction: auto is for cart and origin cart"))
      }
      settings.mergeCoefficient =
        settings.mergeCoefficient ?? method.defaultMergeCoefficient(origin: origin).map { .number($0) }
      if method.learns { settings.initialKeptFraction = settings.initialKeptFraction ?? .number(1) }
    }
    settings.normalizes = settings.normalizes ?? method.defaultNormalizes
    settings.density = settings.density ?? method.defaultDensity
    if method.learns, settings.density != 1, origin != .taskArithmetic, let density = entries.given("density") {
      findings.append(
        density.value.source.finding("density below 1 needs origin task_arithmetic, got \(origin.rawValue)"))
    }
    if method.learns, settings.mergeCoefficient == .auto, origin != .cart,
      settings.density != 1 || settings.initialKeptFraction != .number(1),
      let coefficient = entries.given("merge_coefficient")
    {
      findings.append(
        coefficient.value.source.finding(
          "merge_coefficient: auto judges whole task vectors; give a number with density or initial_kept_fraction below 1"
        ))
    }
    if settings.searches, method.learns, let ranks = entries.given("kept_ranks") {
      findings.append(
        ranks.value.source.finding(
          "kept_ranks needs numbers in the place of auto, which judges merges that keep as much of every matrix"))
    }
    if settings.learning.initialStatePath != nil, let ranks = entries.given("kept_ranks") {
      findings.append(
        ranks.value.source.finding("kept_ranks and initial_state both say what masks begin with; give one of them"))
    }
    if settings.learning.sharesCoefficients, origin.joinsTasks, let granularity = entries.given("granularity") {
      findings.append(
        granularity.value.source.finding(
          "granularity task needs origin task_arithmetic or cart: with \(origin.rawValue) the coefficients of matrices and "
            + "of other tensors begin apart"))
    }
  }
}
