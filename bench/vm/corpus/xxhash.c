/* xxhash: 64-bit hash of a buffer, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  for(u32 i=0;i<n;i++) mem[i]=(u8)(i*31+7);
  u64 h=0; const u64 p1=11400714785074694791ull,p2=14029467366897019727ull;
  for(u32 rep=0;rep<6;rep++){ const u64*q=(const u64*)mem; u64 v=p1+rep;
    for(u32 i=0;i<n/8;i++){ v+=q[i]*p2; v=(v<<31)|(v>>33); v*=p1; } h^=v; h=(h<<27)|(h>>37); h=h*p1+p2; }
  return h^(h>>32); }
ENTRY(131072+64,131072)
