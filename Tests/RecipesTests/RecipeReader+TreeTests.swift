import Testing

@testable import Recipes

@Suite struct CollectionTests {
  private let collection = """
    base_model: base
    models:
      - model: alpha
        adapt: alpha/inputs.safetensors
      - model: beta
        adapt: ../inputs.safetensors
    """

  @Test func aCollectionGivesBaseAndModels() throws {
    let recipe = "merge_method: adarank\ncollection: shared/models.yaml\nseed: 1"
    try withFolder(["recipe.yaml": recipe, "shared/models.yaml": collection]) { folder in
      let recipe = try Recipe.read(path: folder + "/recipe.yaml")
      #expect(recipe.baseModel == folder + "/shared/base")
      #expect(recipe.models.map(\.model) == [folder + "/shared/alpha", folder + "/shared/beta"])
      #expect(
        recipe.models.map(\.adapt) == ["/shared/alpha/inputs.safetensors", "/inputs.safetensors"].map { folder + $0 })
      #expect(recipe.request.seed == 1)
    }
  }

  @Test func otherKeysOfACollectionAreIgnored() throws {
    let files = [
      "recipe.yaml": "merge_method: average\ncollection: models.yaml",
      "models.yaml": collection + "\nmerge_method: nothing\nseed: 9\nwhatever: [1]\n",
    ]
    try withFolder(files) { folder in
      let recipe = try Recipe.read(path: folder + "/recipe.yaml")
      #expect(recipe.request.seed == 0)
      #expect(recipe.mergeMethod == .average)
    }
  }

  @Test func findingsInACollectionCarryItsName() throws {
    let files = [
      "recipe.yaml": "merge_method: adarank\ncollection: models.yaml\nsead: 1",
      "models.yaml": "models:\n  - model: alpha\n",
    ]
    try withFolder(files) { folder in
      let error = #expect(throws: RecipeError.self) { try Recipe.read(path: folder + "/recipe.yaml") }
      #expect(
        error?.findings.map(\.description) == [
          "\(folder)/models.yaml:1:1: base_model is missing in this collection",
          "\(folder)/models.yaml:2:5: adarank learns on unlabelled inputs: adapt is missing for task 'alpha'",
          "\(folder)/recipe.yaml:3:1: unknown key 'sead'; did you mean 'seed'?",
        ])
    }
  }

  @Test(arguments: [
    ("base_model: [", "not valid YAML: while parsing a flow node, did not find expected node content"),
    ("", "the collection is empty"),
    ("- a", "a collection must be a mapping of keys to values, got a list"),
    ("collection: third.yaml", "a collection cannot name a collection"),
  ])
  func aWrongCollectionIsOneFinding(text: String, message: String) throws {
    let files = ["recipe.yaml": "merge_method: adarank\ncollection: models.yaml", "models.yaml": text]
    try withFolder(files) { folder in
      let error = #expect(throws: RecipeError.self) { try Recipe.read(path: folder + "/recipe.yaml") }
      #expect(error?.findings.count == 1)
      #expect(error?.findings.first?.file == folder + "/models.yaml")
      #expect(error?.findings.first?.message == message)
    }
  }

  @Test func anAbsentCollectionIsNamedWhereItIsGiven() {
    #expect(
      findings("merge_method: average\ncollection: no/such.yaml")
        == ["recipe.yaml:2:13: collection no/such.yaml cannot be read: No such file or directory"])
  }

  @Test func whatTheCollectionGivesCannotStandHereToo() throws {
    let files = [
      "recipe.yaml": "merge_method: average\nbase_model: b\ncollection: models.yaml\nmodels: [{model: a}]",
      "models.yaml": collection,
    ]
    try withFolder(files) { folder in
      let error = #expect(throws: RecipeError.self) { try Recipe.read(path: folder + "/recipe.yaml") }
      #expect(
        error?.findings.map(\.description) == [
          "\(folder)/recipe.yaml:2:1: base_model is given here and by the collection too; remove this or `collection`",
          "\(folder)/recipe.yaml:4:1: models is given here and by the collection too; remove this or `collection`",
        ])
    }
  }

  @Test func overridesReachIntoTheCollection() throws {
    let files = ["recipe.yaml": "merge_method: average", "shared/models.yaml": collection]
    try withFolder(files) { folder in
      let recipe = try Recipe.read(
        path: folder + "/recipe.yaml",
        overrides: ["models.1.task=second", "models.1.evaluate=labelled", "collection=shared/models.yaml"])
      #expect(recipe.models.map(\.task) == ["alpha", "second"])
      #expect(recipe.models[1].evaluate == folder + "/labelled")
    }
  }
}
