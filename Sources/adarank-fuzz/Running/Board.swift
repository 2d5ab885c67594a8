import Glibc

/// A page that a worker and its parent share, on which the worker says what it is doing.
///
/// Each place has one writer, the worker, and is a word: what the parent reads is whole, if perhaps a moment old.
final class Board: @unchecked Sendable {
  enum Place: Int, CaseIterable {
    /// The number of the case that is being read, and 1; 0 before the first.
    case current
    /// How many cases are done.
    case done
    case refused
    case accepted
    /// The most that memory grew in a case beyond the file's size, in bytes, and in which case.
    case largestGrowth
    case largestGrowthNumber
    /// Nanoseconds of the slowest case, and which it was.
    case slowest
    case slowestNumber
    /// Private memory after the seeds were read, and now.
    case firstPrivateBytes
    case privateBytes
  }

  private let words: UnsafeMutablePointer<Int>
  private static let byteCount = 4_096

  /// - Parameter path: of a file, which is made where there is none.
  init(path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, Self.byteCount) == 0 else { throw SystemProblem("make \(path)") }
    defer { close(descriptor) }
    let page = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let page, page != MAP_FAILED else { throw SystemProblem("map \(path)") }
    words = page.bindMemory(to: Int.self, capacity: Self.byteCount / 8)
  }

  deinit { munmap(words, Self.byteCount) }

  subscript(place: Place) -> Int {
    get { words[place.rawValue] }
    set { words[place.rawValue] = newValue }
  }

  func clear() { for place in Place.allCases { self[place] = 0 } }
}

/// A call of the system failed.
struct SystemProblem: Error, CustomStringConvertible {
  let description: String

  /// - Parameter attempt: what it was to do, as in "could not ATTEMPT".
  init(_ attempt: String) { description = "could not \(attempt): \(String(cString: strerror(errno)))" }
}
