/* What the programs of bench/vm/corpus are written for, on the runtime of FLUX.
 */
#include "flux.h"

#define INL static inline __attribute__((always_inline))
#define NOTCO __attribute__((noinline, disable_tail_calls))
#define ENTRY(SIZE, N)                                                         \
  static _Alignas(64) u8 memory[SIZE];                                         \
  volatile u32 amount = N;                                                     \
  int main(void) {                                                             \
    number("result", (u32)bench(memory, amount));                              \
    return 0;                                                                  \
  }
