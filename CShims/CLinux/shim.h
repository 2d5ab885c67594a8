// Calls of Linux's C library that it declares only for GNU programs, which Swift's import of it is not.

// The masks are sets of processors, one bit each.
int sched_getaffinity(int process, unsigned long size, void *mask);
int sched_setaffinity(int process, unsigned long size, const void *mask);
