/* md5: MD5-like rounds with a table, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u32*k=(u32*)mem; u32*m=(u32*)(mem+256); u32 s=7;
  for(u32 i=0;i<64;i++){ s=s*1664525+1013904223; k[i]=s; } for(u32 i=0;i<16;i++) m[i]=i*77;
  u32 a=0x67452301,b=0xefcdab89,c=0x98badcfe,d=0x10325476;
  for(u32 r=0;r<n;r++){ u32 A=a,B=b,C=c,D=d;
    for(u32 i=0;i<64;i++){ u32 f,g; if(i<16){f=(B&C)|(~B&D);g=i;} else if(i<32){f=(D&B)|(~D&C);g=(5*i+1)&15;} else if(i<48){f=B^C^D;g=(3*i+5)&15;} else {f=C^(B|~D);g=(7*i)&15;}
      f=f+A+k[i]+m[g]; A=D;D=C;C=B; u32 sh=5+(i&3)*5; B=B+((f<<sh)|(f>>(32-sh))); }
    a+=A;b+=B;c+=C;d+=D; m[r&15]^=a; }
  return a^b^c^d; }
ENTRY(4096,2500)
