// Calls of Linux's C library that Swift's import of it leaves out: it declares the first ones for GNU programs only.

#include <malloc.h>
#include <sys/vfs.h>

// Begins to write the bytes of an open file to the disk, and does not wait.
int sync_file_range(int file, long offset, long count, unsigned int flags);
enum { ADARANK_SYNC_FILE_RANGE_WRITE = 2 };

// The masks are sets of processors, one bit each.
int sched_getaffinity(int process, unsigned long size, void *mask);
int sched_setaffinity(int process, unsigned long size, const void *mask);
