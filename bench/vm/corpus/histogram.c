/* histogram: counting sort of bytes and prefix sums, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u32*cnt=(u32*)mem; u8*a=mem+4096,*b=a+n; u32 s=13; for(u32 i=0;i<n;i++){ s=s*1664525+1013904223; a[i]=s>>24; }
  u32 sum=0; for(u32 rep=0;rep<6;rep++){ for(u32 i=0;i<256;i++)cnt[i]=0; for(u32 i=0;i<n;i++)cnt[a[i]]++; u32 t=0; for(u32 i=0;i<256;i++){u32 c=cnt[i];cnt[i]=t;t+=c;} for(u32 i=0;i<n;i++)b[cnt[a[i]]++]=a[i]; for(u32 i=0;i<n;i+=3){sum=sum*33+b[i];a[i]^=b[n-1-i];} }
  return sum; }
ENTRY(4096+2*65536,50000)
