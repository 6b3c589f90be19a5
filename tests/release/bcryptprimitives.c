/* What Rust's standard library takes its random numbers from on Windows, for a wine that has no such library. The test of the
 * Windows build puts it beside the program; it is no part of a release. */

#include <stddef.h>

/* RtlGenRandom, under the name that advapi32 exports. */
__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *buffer, unsigned long length);

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, size_t length)
{
    return SystemFunction036(buffer, (unsigned long)length);
}
