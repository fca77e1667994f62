/* hashtable: open addressing: insert and look up, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u64*keys=(u64*)mem; u32*vals=(u32*)(mem+65536*8); u64 s=1; u32 hit=0;
  for(u32 rep=0;rep<3;rep++){ for(u32 i=0;i<65536;i++)keys[i]=0;
    for(u32 i=0;i<n;i++){ s=s*6364136223846793005ull+1442695040888963407ull; u64 k=(s>>40)|1; u32 h=(u32)((k*0x9E3779B97F4A7C15ull)>>48); while(keys[h]&&keys[h]!=k)h=(h+1)&65535; if(keys[h]==k)vals[h]++; else {keys[h]=k;vals[h]=1;} }
    for(u32 i=1;i<n;i+=2){ u64 k=i; u32 h=(u32)((k*0x9E3779B97F4A7C15ull)>>48); while(keys[h]&&keys[h]!=k)h=(h+1)&65535; if(keys[h]==k)hit+=vals[h]; } }
  return hit+keys[77]; }
ENTRY(65536*12,40000)
