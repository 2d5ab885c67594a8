import Testing

@testable import Merging
@testable import Reports

@Suite struct ComponentMapsTests {
  private func matrix(_ name: String, _ kept: [[Bool]]) -> ComponentTable.Matrix {
    let values = kept.map { $0.indices.map { Float(4) / Float($0 + 1) } }
    return ComponentTable.Matrix(
      name: name, rows: 2, columns: 2, singularValues: values, overlaps: values, pulls: values, isKept: kept,
      coefficients: kept.indices.map { Float($0) + 0.5 })
  }

  private var maps: ComponentMaps {
    ComponentMaps(
      ComponentTable(
        tasks: ["a", "b"], origin: .taskArithmetic,
        matrices: [
          matrix("layer.0.attn.q.weight", [[true, true], [false, true]]),
          matrix("layer.2.attn.q.weight", [[true, false], [false, false]]),
          matrix("layer.2.mlp.q.weight", [[false, false], [true, true]]),
          matrix("pooler.weight", [[true, true], [true, true]]),
        ]))
  }

  @Test func ordersByKindAndBlock() {
    #expect(maps.kinds == ["attn.q", "mlp.q", "pooler"])
    #expect(maps.blockNames == ["0", "2", "–"])
    #expect(maps.shortKinds == ["attn.q", "mlp.q", "pooler"])
  }

  @Test func namesAreAsShortAsTheyCanBe() {
    let names = ["self.query", "self.key", "attention.output.dense", "output.dense", "intermediate.dense"]
    let table = ComponentTable(
      tasks: ["a"], origin: .cart, matrices: names.map { matrix("x.1.\($0).weight", [[true]]) })
    #expect(
      ComponentMaps(table).shortKinds == [
        "query", "key", "attention.output.dense", "output.dense", "intermediate.dense",
      ])
  }

  @Test func countsWhatIsKept() {
    #expect(maps.keptShares(task: 0) == [[1, 0.5, nil], [nil, 0, nil], [nil, nil, 1]])
    #expect(maps.keptShares(task: 1) == [[0.5, 0, nil], [nil, 1, nil], [nil, nil, 1]])
  }

  @Test func spectraAreCutIntoKeptAndPruned() {
    // Of four spectra 1, ½ relative to the largest: two first components are kept, and two second ones.
    let spectrum = maps.spectrum(kind: "attn.q")
    #expect(spectrum == ComponentMaps.Spectrum(kept: [0.5, 0.25], pruned: [0.5, 0.25]))
  }

  @Test func energyIsTheSumOfSquares() {
    // σ² 16 and 4 each; kept are of 8 spectra 5 first ones and 5 second ones.
    let (kept, all) = (5.0 * 16 + 5.0 * 4, 8.0 * 20)
    #expect(maps.keptEnergy == kept / all)
    let first = ComponentTable(
      tasks: ["a"], origin: .cart, matrices: [matrix("x.1.q.weight", [[true, false]])])
    #expect(ComponentMaps(first).keptEnergy == 16.0 / 20)
  }

  @Test func coefficientsFollowTheBlocks() {
    let line = maps.coefficients(kind: "attn.q", task: 1)
    #expect(line.map(\.x) == [0, 2] && line.map(\.y) == [1.5, 1.5])
    #expect(maps.coefficients(kind: "pooler", task: 0).isEmpty)
  }

  @Test func aTaskVectorThatIsNothingHasNoSpectrum() {
    var zero = matrix("layer.0.q.weight", [[true, true]])
    zero.singularValues = [[0, 0]]
    let maps = ComponentMaps(ComponentTable(tasks: ["a"], origin: .cart, matrices: [zero]))
    #expect(maps.spectrum(kind: "q") == ComponentMaps.Spectrum(kept: [0, 0], pruned: [0, 0]))
    #expect(maps.keptEnergy == nil)
  }
}
