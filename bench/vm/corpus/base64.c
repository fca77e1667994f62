/* base64: encode and decode, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*src=mem,*enc=mem+65536,*al=mem+65536*3,*de=mem+65536*3+64; u32 sum=0;
  for(u32 i=0;i<64;i++) al[i]=i<26?'A'+i:i<52?'a'+i-26:i<62?'0'+i-52:i==62?'+':'/'; for(u32 i=0;i<64;i++) de[al[i]]=i;
  for(u32 i=0;i<n;i++) src[i]=(u8)(i*i>>3);
  for(u32 rep=0;rep<4;rep++){ u32 o=0; for(u32 i=0;i+2<n;i+=3){ u32 v=(u32)src[i]<<16|(u32)src[i+1]<<8|src[i+2]; enc[o++]=al[v>>18];enc[o++]=al[v>>12&63];enc[o++]=al[v>>6&63];enc[o++]=al[v&63]; }
    u32 p=0; for(u32 i=0;i<o;i+=4){ u32 v=(u32)de[enc[i]]<<18|(u32)de[enc[i+1]]<<12|(u32)de[enc[i+2]]<<6|de[enc[i+3]]; if(src[p]!=(u8)(v>>16))return 0; sum+=v; p+=3; } }
  return sum; }
ENTRY(65536*4,60000)
