/// What one rank has sent, and how long it waited for others.
package final class Traffic {
  /// Bytes in point-to-point messages to other ranks.
  package internal(set) var bytesSent = 0
  /// Seconds in which this rank had nothing to do but wait for messages or collectives.
  package internal(set) var waitingSeconds = 0.0

  init() {}
}
