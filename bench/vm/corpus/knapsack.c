/* knapsack: dynamic programming over weights, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u32*best=(u32*)mem; for(u32 i=0;i<=4000;i++)best[i]=0; for(u32 i=0;i<n;i++){ u32 w=1+i*37%97,v=1+i*53%101; for(u32 c=4000;c>=w;c--){ u32 t=best[c-w]+v; if(t>best[c])best[c]=t; } } u32 s=0; for(u32 i=0;i<=4000;i++)s=s*7+best[i]; return s; }
ENTRY(65536,200)
