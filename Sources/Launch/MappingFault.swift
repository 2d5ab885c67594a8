import Glibc

/// Says which mapped file was the matter where its pages cannot be had, and ends the process with 1.
///
/// The system answers with SIGBUS where a page is touched that a mapped file no longer has, or that its disk or file server
/// does not give, also where shared memory finds no room. The address that was touched says which file, by the system's own
/// list of mappings, `/proc/self/maps`: so whatever was mapped, by whomever, is named, and nothing has to be kept for it.
///
/// In the handler only calls that are safe in one are made (open, read, stat, write, poll, `_exit`), on memory that was
/// set aside before.
package enum MappingFault {
  /// Handles the signal from now on. After MPI has started, for its own handler says less.
  ///
  /// - Parameters:
  ///   - speaker: begins the message, such as `adarank: rank 2 on host: `.
  ///   - rank: ranks that share a file meet the same fault: the lower ones speak first, and their end is that of the others.
  package static func handle(speaker: String, rank: Int) {
    let memory = FaultMemory(speaker: speaker, milliseconds: Int32(min(rank, 10) * 400))
    faultMemory = UnsafeMutablePointer<FaultMemory>.allocate(capacity: 1)
    faultMemory!.initialize(to: memory)
    var action = sigaction()
    action.sa_flags = SA_SIGINFO
    action.__sigaction_handler.sa_sigaction = { _, info, _ in
      speakOfFault(at: info.map { $0.pointee.si_code > 0 ? $0.pointee._sifields._sigfault.si_addr : nil } ?? nil)
    }
    sigaction(SIGBUS, &action, nil)
  }
}

/// What the handler works with.
private struct FaultMemory {
  var message = SignalText(capacity: 8_192)
  /// A line of the list of mappings, and the part of the list that was read.
  var line = SignalText(capacity: 8_192)
  let part = UnsafeMutablePointer<UInt8>.allocate(capacity: 4_096)
  var status = stat()
  /// Holds one byte: the thread that reads it speaks, and those that come later wait for ever.
  var turn: (read: Int32, write: Int32)
  let milliseconds: Int32

  init(speaker: String, milliseconds: Int32) {
    self.milliseconds = milliseconds
    var pipes: [Int32] = [-1, -1]
    pipe(&pipes)
    turn = (pipes[0], pipes[1])
    _ = write(pipes[1], "x", 1)
    for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    for byte in speaker.utf8 { message.append(byte) }
  }
}

nonisolated(unsafe) private var faultMemory: UnsafeMutablePointer<FaultMemory>?

/// Text that is put together without allocating anything.
private struct SignalText {
  let base: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  var count = 0

  init(capacity: Int) {
    base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  /// One byte is left for the zero that ends a path.
  mutating func append(_ byte: UInt8) {
    if count < capacity - 1 {
      base[count] = byte
      count += 1
    }
  }

  mutating func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

  mutating func append(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
    var index = 0
    while index < length {
      append(bytes[index])
      index += 1
    }
  }

  mutating func append(_ number: UInt) {
    var unit: UInt = 1
    while number / unit >= 10 { unit *= 10 }
    while unit > 0 {
      append(UInt8(truncatingIfNeeded: 48 + number / unit % 10))
      unit /= 10
    }
  }

  func hasPrefix(_ text: StaticString, at start: Int) -> Bool {
    count - start >= text.utf8CodeUnitCount && memcmp(base + start, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  func hasSuffix(_ text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount && hasPrefix(text, at: count - text.utf8CodeUnitCount)
  }

  /// Reads a hexadecimal number, and moves `place` behind it and the byte that ends it.
  func hexadecimal(at place: inout Int) -> UInt {
    var number: UInt = 0
    while place < count {
      let byte = base[place]
      place += 1
      switch byte {
      case 48...57: number = number &* 16 &+ UInt(byte &- 48)
      case 97...102: number = number &* 16 &+ UInt(byte &- 87)
      default: return number
      }
    }
    return number
  }
}

/// Runs in the signal's handler. Does not return.
private func speakOfFault(at address: UnsafeMutableRawPointer?) {
  guard let memory = faultMemory else { _exit(1) }
  var byte: UInt8 = 0
  while read(memory.pointee.turn.read, &byte, 1) != 1 {}
  // Lower ranks first.
  poll(nil, 0, memory.pointee.milliseconds)
  describeFault(UInt(bitPattern: address), memory)
  memory.pointee.message.append("\n")
  _ = write(2, memory.pointee.message.base, memory.pointee.message.count)
  _exit(1)
}

private func describeFault(_ address: UInt, _ memory: UnsafeMutablePointer<FaultMemory>) {
  var (path, position) = (0, UInt(0))
  guard address != 0, findMapping(of: address, memory, &path, &position) else {
    return memory.pointee.message.append(
      "a bus error (SIGBUS), at an address that belongs to no file: the machine's memory may be broken")
  }
  let isShared = memory.pointee.line.hasPrefix("/dev/shm/", at: path)
  let deleted: StaticString = " (deleted)"
  let isDeleted = memory.pointee.line.hasSuffix(deleted)
  if isDeleted { memory.pointee.line.count -= deleted.utf8CodeUnitCount }
  memory.pointee.message.append(memory.pointee.line.base + path, memory.pointee.line.count - path)
  memory.pointee.line.base[memory.pointee.line.count] = 0
  let isThere = memory.pointee.line.base.withMemoryRebound(to: CChar.self, capacity: memory.pointee.line.count + 1) {
    !isDeleted && stat($0 + path, &memory.pointee.status) == 0
  }
  let isShort = isThere && memory.pointee.status.st_size <= position
  if isShared, !isShort {
    // Open MPI removes the name of its file at once.
    memory.pointee.message.append(": the memory that the ranks of this node share found no room: /dev/shm is full; ")
    memory.pointee.message.append("make it larger, or give mpirun '--mca osc_sm_backing_directory' and a folder on a ")
    return memory.pointee.message.append("local disk")
  }
  memory.pointee.message.append(": could not be read at byte ")
  memory.pointee.message.append(position)
  if isShort {
    memory.pointee.message.append(": it has only ")
    memory.pointee.message.append(UInt(memory.pointee.status.st_size))
    memory.pointee.message.append(" bytes now: it was cut short while it was in use")
  } else if isThere {
    memory.pointee.message.append(": its disk or file server failed")
  } else {
    memory.pointee.message.append(": it was removed while it was in use, or its file server has lost it")
  }
  memory.pointee.message.append("; files must stay as they are while they are merged")
}

/// Looks an address up in the system's list of mappings.
///
/// - Parameters:
///   - path: where in `memory.line` the path of the file begins.
///   - position: the place in the file.
/// - Returns: whether the address belongs to a file.
private func findMapping(
  of address: UInt, _ memory: UnsafeMutablePointer<FaultMemory>, _ path: inout Int, _ position: inout UInt
) -> Bool {
  let list = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
  guard list >= 0 else { return false }
  memory.pointee.line.count = 0
  while true {
    let count = read(list, memory.pointee.part, 4_096)
    guard count > 0 else { return false }
    var index = 0
    while index < count {
      let byte = memory.pointee.part[index]
      index += 1
      guard byte == 10 else {
        memory.pointee.line.append(byte)
        continue
      }
      // start-end rights offset device number   path
      var place = 0
      let start = memory.pointee.line.hexadecimal(at: &place)
      let end = memory.pointee.line.hexadecimal(at: &place)
      if start <= address, address < end {
        place += 5
        position = memory.pointee.line.hexadecimal(at: &place) &+ (address &- start)
        while place < memory.pointee.line.count, memory.pointee.line.base[place] != 47 { place += 1 }
        path = place
        return place < memory.pointee.line.count
      }
      memory.pointee.line.count = 0
    }
  }
}
