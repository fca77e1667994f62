/* life: game of life on bytes, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*a=mem,*b=mem+65536; u32 s=11; for(u32 i=0;i<128*128;i++){ s=s*1664525+1013904223; a[i]=s>>31; }
  for(u32 g=0;g<n;g++){ for(u32 y=1;y<127;y++)for(u32 x=1;x<127;x++){ u32 i=y*128+x; u32 c=a[i-129]+a[i-128]+a[i-127]+a[i-1]+a[i+1]+a[i+127]+a[i+128]+a[i+129]; b[i]=c==3||(c==2&&a[i]); } u8*t=a;a=b;b=t; }
  u32 c=0; for(u32 i=0;i<128*128;i++)c=c*3+a[i]; return c; }
ENTRY(131072,24)
