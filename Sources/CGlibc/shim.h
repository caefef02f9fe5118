/* Headers of the GNU C library that are not in Swift's Glibc module. */
#include <elf.h> /* ELF program headers */
#include <malloc.h> /* mallopt, malloc_trim, mallinfo2 */
#include <sys/auxv.h> /* getauxval */
