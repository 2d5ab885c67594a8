import Testing

/// What runs the built program. One after the other: every one of them takes all the processors.
@Suite(.serialized)
enum ProgramTests {}
