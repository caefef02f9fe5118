/* Headers and functions of the GNU C library that are not in Swift's Glibc module. */
#include <elf.h> /* ELF program headers */
#include <malloc.h> /* mallopt, malloc_trim, mallinfo2 */
#include <stddef.h> /* size_t */
#include <sys/auxv.h> /* getauxval */

/* <string.h> declares it only with _GNU_SOURCE, which Swift's module does not define. */
void *memmem(const void *text, size_t textLength, const void *needle, size_t needleLength);
