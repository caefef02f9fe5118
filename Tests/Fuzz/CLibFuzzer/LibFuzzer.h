#include <stddef.h>
#include <stdint.h>

/// libFuzzer without its `main`: calls back with one input after the other, and exits when there have been enough.
int LLVMFuzzerRunDriver(
    int *_Nonnull argc, char *_Nullable *_Nullable *_Nonnull argv,
    int (*_Nonnull callback)(const uint8_t *_Nullable data, size_t size));
