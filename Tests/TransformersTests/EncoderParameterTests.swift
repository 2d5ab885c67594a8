import Testing
import Transformers

@Suite struct EncoderParameterTests {
  @Test("Parameters start at multiples of sixteen, unless they continue another")
  func offsets() {
    let layout = ParameterLayout([
      EncoderParameter("a", [5], role: .scaled, stage: 0),
      EncoderParameter("b", [3, 7], role: .masked, stage: 1),
      EncoderParameter("c", [2, 7], role: .masked, stage: 1, continuesPrevious: true),
      EncoderParameter("d", [16], role: .frozen, stage: 2),
    ])
    #expect(layout.offsets == [0, 16, 37, 64])
    #expect(layout.count == 80)
    #expect(layout.index(of: "c") == 2)
    #expect(layout.index(of: "e") == nil)
    #expect(layout.parameters.map(\.count) == [5, 21, 14, 16])
  }

  @Test("Weights are places of one block of memory")
  func weights() {
    let layout = ParameterLayout([
      EncoderParameter("a", [5], role: .scaled, stage: 0),
      EncoderParameter("b", [2, 3, 2], role: .masked, stage: 1),
      EncoderParameter("c", [2, 6], role: .masked, stage: 1, continuesPrevious: true),
    ])
    var memory = (0..<layout.count).map(Float.init)
    memory.withUnsafeMutableBufferPointer { memory in
      let weights = BodyWeights(base: memory.baseAddress!, layout: layout)
      #expect(weights.vector(1)[0] == 16)
      #expect(weights.matrix(1).rows == 2 && weights.matrix(1).columns == 6)
      #expect(weights.matrix(0).rows == 5 && weights.matrix(0).columns == 1)
      let both = weights.matrix(from: 1, rows: 4, columns: 6)
      #expect(both[row: 2][0] == weights.vector(2)[0])
      weights.mutableElements(2)[11] = -1
      #expect(weights.mutableElements(2).count == 12)
      #expect(both[row: 3][5] == -1)
    }
  }
}
