// Calls of Linux's C library that Swift's import of it leaves out: it declares the first ones for GNU programs only.

#include <malloc.h>
#include <sys/vfs.h>

// The masks are sets of processors, one bit each.
int sched_getaffinity(int process, unsigned long size, void *mask);
int sched_setaffinity(int process, unsigned long size, const void *mask);
