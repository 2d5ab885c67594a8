import Foundation

/// A table of numbers as colours, with the numbers in the cells where they fit.
struct HeatMap: Sendable {
  let title: String
  let rowLabel: String
  let columnLabel: String
  let rows: [String]
  let columns: [String]
  /// [row][column]; nil where there is no number.
  let values: [[Double?]]
  let scale: ColourScale
  /// How numbers are written in cells.
  let format: @Sendable (Double) -> String
  /// Cells with a frame.
  var marked: [(row: Int, column: Int)] = []
  var width = LinePlot.panelWidth
  var rowHeight = 17.0

  private static let (labelSize, cellSize) = (10.0, 9.5)

  var drawing: SVGDrawing {
    let labels = rows.map { SVGDrawing.width(of: $0, size: Self.labelSize) }.max() ?? 0
    let left = min(labels + 10, 0.36 * width)
    let cell = (width - left - 4) / Double(max(1, columns.count))
    let isTurned = columns.contains { SVGDrawing.width(of: $0, size: Self.labelSize) > cell - 2 } && !isNumbered
    let header = isTurned ? min(96, (columns.map { SVGDrawing.width(of: $0, size: Self.labelSize) }.max() ?? 0) + 6) : 0
    let top = 24 + header
    let bottom = top + Double(rows.count) * rowHeight
    var drawing = SVGDrawing(
      width: width, height: bottom + (isTurned ? 18 : 32), title: "\(title): \(rowLabel) by \(columnLabel)")
    drawing.heading(title)
    for (row, name) in rows.enumerated() {
      let y = top + Double(row) * rowHeight
      drawing.text(
        SVGDrawing.fitted(name, width: left - 6, size: Self.labelSize), x: left - 5, y: y + rowHeight / 2 + 3.5,
        anchor: .end, size: Self.labelSize)
      for (column, value) in values[row].enumerated() {
        let x = left + Double(column) * cell
        let tooltip = "\(name), \(columnLabel) \(columns[column]): \(value.map(format) ?? "–")"
        let paint = value.map(scale.paint) ?? .unknown
        drawing.rectangle(x: x, y: y, width: cell - 1, height: rowHeight - 1, paint, tooltip: tooltip)
        let text = value.map(format) ?? "–"
        guard SVGDrawing.width(of: text, size: Self.cellSize) <= cell - 3 else {
          continue
        }
        drawing.text(
          text, x: x + (cell - 1) / 2, y: y + rowHeight / 2 + 3, anchor: .middle, size: Self.cellSize, on: paint)
      }
    }
    for (column, name) in columns.enumerated() {
      let x = left + (Double(column) + 0.5) * cell
      if isTurned {
        let shown = SVGDrawing.fitted(name, width: header - 4, size: Self.labelSize)
        drawing.text(shown, x: x + 3.5, y: top - 4, size: Self.labelSize, turned: -90)
      } else if column % labelStride(cell) == 0 {
        drawing.text(name, x: x, y: bottom + 12, anchor: .middle, size: Self.labelSize)
      }
    }
    for place in marked {
      drawing.mark(
        x: left + Double(place.column) * cell, y: top + Double(place.row) * rowHeight, width: cell - 1,
        height: rowHeight - 1)
    }
    drawing.text(
      columnLabel, x: (left + width) / 2, y: bottom + (isTurned ? 13 : 26), anchor: .middle, size: Self.labelSize,
      isMuted: true)
    return drawing
  }

  /// Whether columns are named by numbers, some of which can be left out.
  private var isNumbered: Bool { columns.allSatisfy { Double($0) != nil || $0 == "–" } }

  /// Every so many columns there is room for a name.
  private func labelStride(_ cell: Double) -> Int {
    let widest = columns.map { SVGDrawing.width(of: $0, size: Self.labelSize) }.max() ?? 0
    return max(1, Int(((widest + 3) / cell).rounded(.up)))
  }
}
