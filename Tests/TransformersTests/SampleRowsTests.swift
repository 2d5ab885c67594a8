import Testing

@testable import Transformers

@Suite struct SampleRowsTests {
  @Test func samplesFillTheirPlacesAtFirst() {
    let rows = SampleRows(samples: 3, capacity: 4)
    #expect((0..<3).map { rows.rows($0) } == [0..<4, 4..<8, 8..<12])
    #expect(rows.rows(1..<3) == 4..<12)
    #expect(rows.rows(1..<1) == 0..<0)
  }

  @Test func samplesOfALaneLieWithoutGaps() {
    let rows = SampleRows(samples: 4, capacity: 5)
    rows.place(0, tokens: 2, behind: nil)
    rows.place(1, tokens: 4, behind: 0)
    rows.place(2, tokens: 1, behind: nil)
    rows.place(3, tokens: 5, behind: 2)
    #expect((0..<4).map { rows.rows($0) } == [0..<2, 2..<6, 10..<11, 11..<16])
    let byToken = LaneRows([0..<2, 2..<4], tokens: rows)
    #expect(byToken.all == [0..<6, 10..<16])
    #expect(LaneRows([0..<2, 2..<4]).all == [0..<2, 2..<4])
  }
}
