import Testing

@testable import Checkpoints

@Suite struct StateDictionaryTests {
  private let none: [UInt8] = [0x4E]

  private func names(_ value: [UInt8]) throws -> [String] {
    let bytes = PickleBytes.pickle(value)
    let pickle = try bytes.withUnsafeBytes { try PickleMachine.run($0, path: "f") }
    return try StateDictionary(of: pickle, path: "f").entries.map(\.name)
  }

  private func expect(
    _ error: CheckpointError, from value: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try names(value) }
  }

  private func tensors(_ names: String...) -> [UInt8] {
    PickleBytes.dictionary(names.map { ($0, PickleBytes.tensor()) })
  }

  private func module(
    parameters: [UInt8]? = nil, buffers: [UInt8]? = nil, passing: [UInt8]? = nil,
    modules: [(key: String, value: [UInt8])] = []
  ) -> [UInt8] {
    PickleBytes.object([
      ("training", [0x88]), ("_parameters", parameters ?? tensors()), ("_buffers", buffers ?? tensors()),
      ("_non_persistent_buffers_set", passing ?? Array("]".utf8)), ("_modules", PickleBytes.dictionary(modules)),
    ])
  }

  @Test func aDictionaryOfTensors() throws {
    #expect(try names(tensors("b", "a.c")) == ["b", "a.c"])
    #expect(try names(PickleBytes.dictionary([("n", none), ("w", PickleBytes.tensor()), ("i", [0x88])])) == ["w"])
  }

  @Test(arguments: ["state_dict", "model_state_dict", "model", "module"])
  func weightsBesideOtherThings(key: String) throws {
    let other: [(key: String, value: [UInt8])] = [("loss", PickleBytes.tensor()), ("optimizer", tensors("x"))]
    #expect(try names(PickleBytes.dictionary(other + [(key, tensors("w"))])) == ["w"])
    let whole = module(parameters: tensors("w"))
    #expect(try names(PickleBytes.dictionary(other + [(key, whole)])) == ["w"])
    // A tensor of that name, or a dictionary without tensors, is no such entry.
    #expect(try names(tensors(key, "v")) == [key, "v"])
    #expect(try names(PickleBytes.dictionary([(key, tensors()), ("v", PickleBytes.tensor())])) == ["v"])
  }

  @Test func theFirstKnownKeyCounts() throws {
    #expect(try names(PickleBytes.dictionary([("model", tensors("a")), ("state_dict", tensors("b"))])) == ["b"])
  }

  @Test func modulesInModules() throws {
    let inner = module(
      parameters: PickleBytes.dictionary([("weight", PickleBytes.tensor()), ("bias", none)]),
      buffers: tensors("mean", "ids"), passing: Array("](".utf8) + PickleBytes.text("ids") + Array("e".utf8))
    let root = module(
      parameters: tensors("scale"), modules: [("0", inner), ("gone", none), ("1", module(modules: [("deep", inner)]))])
    #expect(
      try names(root) == ["scale", "0.weight", "0.mean", "1.deep.weight", "1.deep.mean"])
  }

  @Test func whatHoldsNoWeightsIsRefused() {
    let error = CheckpointError.noTensors(path: "f", lookedFor: ["state_dict", "model_state_dict", "model", "module"])
    for value in [
      none, PickleBytes.tensor(), Array("]".utf8), tensors(), PickleBytes.dictionary([("net", tensors("a"))]), module(),
      PickleBytes.object([("a", PickleBytes.tensor())]),
    ] {
      expect(error, from: value)
    }
  }

  @Test func namesMustBeTextsAndDiffer() {
    expect(.duplicateName(path: "f", name: "a"), from: tensors("a", "a"))
    expect(.nameNotText(path: "f"), from: PickleBytes.dictionary([([0x88], PickleBytes.tensor())]))
    expect(.nameNotText(path: "f"), from: module(parameters: PickleBytes.dictionary([([0x88], PickleBytes.tensor())])))
    let odd = PickleBytes.dictionary([([0x88], module(parameters: tensors("a")))])
    expect(.nameNotText(path: "f"), from: PickleBytes.object([("_modules", odd)]))
  }

  @Test func whatStandsInTheWrongPlaceIsRefused() {
    expect(.notAModule(path: "f", name: "a"), from: module(modules: [("a", [0x88])]))
    expect(
      .notATensor(path: "f", name: "a.w"),
      from: module(modules: [("a", module(parameters: PickleBytes.dictionary([("w", [0x88])])))]))
    expect(.notATensor(path: "f", name: "b"), from: module(buffers: PickleBytes.dictionary([("b", [0x88])])))
  }

  @Test func nestingIsBounded() throws {
    var nested = module(parameters: tensors("w"))
    for _ in 0..<64 { nested = module(modules: [("m", nested)]) }
    #expect(try names(nested) == [String(repeating: "m.", count: 64) + "w"])
    expect(.modulesTooDeep(path: "f"), from: module(modules: [("m", nested)]))
    // A module that holds itself, in a pickle long enough for the names.
    let comment = PickleBytes.text("comment") + PickleBytes.text(String(repeating: " ", count: 5000))
    let modules = PickleBytes.text("_modules") + Array("}".utf8) + PickleBytes.text("m") + Array("h\u{0}s".utf8)
    let own = Array("csome\nClass\n)".utf8) + [0x81, 0x71, 0] + Array("}(".utf8) + comment + modules + Array("ub".utf8)
    expect(.modulesTooDeep(path: "f"), from: own)
  }

  @Test func aModuleInEndlesslyManyPlacesIsRefused() {
    // Each of 30 modules holds the one before in two places: two to the power of thirty names.
    let value = (0..<30).reduce(module(parameters: tensors("w"))) { value, index in
      let last = [0x68, UInt8(index)]
      return value + [0x71, UInt8(index), 0x30] + module(modules: [("a", last), ("b", last)])
    }
    expect(.tooManyNames(path: "f"), from: value)
  }
}
