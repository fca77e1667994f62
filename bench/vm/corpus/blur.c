/* blur: a filter over an image of bytes, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*a=mem,*b=mem+65536; for(u32 i=0;i<65536;i++)a[i]=(u8)(i*i>>5); for(u32 t=0;t<n;t++){ for(u32 y=1;y<255;y++)for(u32 x=1;x<255;x++){ u32 i=y*256+x; u32 v=4*a[i]+2*(a[i-1]+a[i+1]+a[i-256]+a[i+256])+a[i-257]+a[i-255]+a[i+255]+a[i+257]; b[i]=(u8)((v+8)>>4); } u8*q=a;a=b;b=q; } u32 c=0; for(u32 i=0;i<65536;i++)c=c*31+a[i]; return c; }
ENTRY(131072,6)
