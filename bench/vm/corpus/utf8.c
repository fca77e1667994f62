/* utf8: count characters and words of text, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u32 s=3; for(u32 i=0;i<n;i++){ s=s*1664525+1013904223; u32 r=s>>24; mem[i]=r<40?' ':r<60?'\n':r<220?'a'+r%26:0xC3; }
  u32 chars=0,words=0,lines=0,bad=0;
  for(u32 rep=0;rep<4;rep++){ u32 in=0,need=0; for(u32 i=0;i<n;i++){ u8 c=mem[i]; if(need){ if((c&0xC0)!=0x80)bad++; need--; } else if(c<0x80){ chars++; } else if(c>=0xF0)need=3; else if(c>=0xE0)need=2; else if(c>=0xC2)need=1; else bad++;
      if(c=='\n')lines++; if(c==' '||c=='\n'||c=='\t')in=0; else if(!in){in=1;words++;} } }
  return chars*3+words*5+lines*7+bad; }
ENTRY(131072,120000)
