/* collatz: long chains of 3n+1, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){ (void)mem; u32 best=0,at=0; for(u32 i=1;i<n;i++){ u64 x=i; u32 k=0; while(x!=1){ x=x&1?3*x+1:x>>1; k++; } if(k>best){best=k;at=i;} } return at*1000u+best; }
ENTRY(64,40000)
