/* lz: compress and expand with a hash table of three bytes, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*src=mem,*dst=mem+65536*2,*out=mem+65536*4; u32*tab=(u32*)(mem+65536*6); u32 s=1;
  for(u32 i=0;i<n;i++){ s=s*1103515245+12345; src[i]=(s>>24)&7; if((s&0x700)==0&&i>40) src[i]=src[i-37]; }
  u32 sum=0;
  for(u32 rep=0;rep<3;rep++){ u32 ip=0,op=0; for(u32 i=0;i<4096;i++) tab[i]=0;
    while(ip+8<n){ u32 v=src[ip]|(u32)src[ip+1]<<8|(u32)src[ip+2]<<16; u32 h=(v*2654435761u)>>20; u32 ref=tab[h]; tab[h]=ip+1;
      if(ref&&ip-(ref-1)<4096&&src[ref-1]==src[ip]&&src[ref]==src[ip+1]&&src[ref+1]==src[ip+2]){ u32 r=ref-1,l=3; while(ip+l<n&&l<255&&src[r+l]==src[ip+l])l++;
        dst[op++]=255; dst[op++]=(u8)l; dst[op++]=(u8)(ip-r); dst[op++]=(u8)((ip-r)>>8); ip+=l; }
      else dst[op++]=src[ip++]; }
    u32 e=op,o=0; for(u32 i=0;i<e;){ u8 c=dst[i++]; if(c==255){ u32 l=dst[i],d=dst[i+1]|(u32)dst[i+2]<<8; i+=3; for(u32 k=0;k<l;k++){ out[o]=out[o-d]; o++; } } else out[o++]=c; }
    for(u32 i=0;i<o;i++) if(out[i]!=src[i]) return 0; sum=sum*31+op; }
  return sum; }
ENTRY(65536*8,60000)
