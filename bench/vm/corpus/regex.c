/* regex: a set of states as bits, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u64*mask=(u64*)mem; u8*t=mem+4096; u32 s=23; for(u32 i=0;i<256;i++)mask[i]=0; const char*p="abcadabcab"; for(u32 i=0;i<10;i++)mask[(u8)p[i]]|=1ull<<i; for(u32 i=0;i<n;i++){ s=s*1664525+1013904223; t[i]='a'+((s>>29)&3); }
  u32 f=0; for(u32 rep=0;rep<4;rep++){ u64 S=0,S1=0; for(u32 i=0;i<n;i++){ u64 m=mask[t[i]]; u64 o=S; S=((S<<1)|1)&m; S1=(((S1<<1)|1)&m)|o|((o|S)<<1); f+=(S>>9)&1; f+=(S1>>9)&1; } } return f; }
ENTRY(4096+131072,100000)
