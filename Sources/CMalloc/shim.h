/* mallopt, malloc_trim and mallinfo2: not in Swift's Glibc module. */
#include <malloc.h>
