/* primes: trial division and modular powers, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){ (void)mem; u32 c=0; for(u32 i=2;i<n;i++){ u32 p=1; for(u32 d=2;d*d<=i;d++) if(i%d==0){p=0;break;} c+=p; } u64 r=1,b=3,m=1000000007; for(u32 k=0;k<n/20;k++){ u64 e=k+1000; r=1; b=3+k; while(e){ if(e&1)r=r*b%m; b=b*b%m; e>>=1; } c+=(u32)r; } return c; }
ENTRY(64,12000)
