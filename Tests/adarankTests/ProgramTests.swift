import Testing

/// What runs the built program. A launched job mostly waits: several tests run side by side.
@Suite
enum ProgramTests {}
