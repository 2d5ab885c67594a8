import Testing

@testable import Reports

@Suite struct DownsamplingTests {
  @Test(arguments: [0, 1, 5, 199, 200, 201, 10_000])
  func binsHoldEverythingOnce(count: Int) {
    let bins = Downsampling.bins(of: count, most: 200)
    #expect(bins.flatMap { Array($0) } == Array(0..<count))
    #expect(bins.count == min(count, 200))
    #expect(Set(bins.map(\.count)).count <= 2)
  }

  @Test func fewPointsStayAsTheyAre() {
    let (points, spread) = Downsampling.line([3, 1, 2], most: 200)
    #expect(points.map(\.x) == [1, 2, 3] && points.map(\.y) == [3, 1, 2])
    #expect(spread.isEmpty)
  }

  @Test func manyBecomeMeansWithWhatLiesAround() {
    let (points, spread) = Downsampling.line([1, 3, 5, 9], most: 2)
    #expect(points.map(\.x) == [1.5, 3.5] && points.map(\.y) == [2, 7])
    #expect(spread.map(\.low) == [1, 5] && spread.map(\.high) == [3, 9])
  }
}
