/* chacha: ChaCha20 over a buffer, for the choice of sequences */
#include "common.h"
#define QR(a,b,c,d) a+=b; d^=a; d=(d<<16)|(d>>16); c+=d; b^=c; b=(b<<12)|(b>>20); \
  a+=b; d^=a; d=(d<<8)|(d>>24); c+=d; b^=c; b=(b<<7)|(b>>25);
INL u64 bench(u8*mem,u32 n){
  u32*w=(u32*)mem; u32 sum=0; u32 in[16];
  for(u32 i=0;i<16;i++) in[i]=i*0x9E3779B9u+1;
  for(u32 k=0;k<n;k++){ u32*x=w; for(u32 i=0;i<16;i++) x[i]=in[i];
    for(u32 r=0;r<10;r++){ QR(x[0],x[4],x[8],x[12]) QR(x[1],x[5],x[9],x[13]) QR(x[2],x[6],x[10],x[14]) QR(x[3],x[7],x[11],x[15])
      QR(x[0],x[5],x[10],x[15]) QR(x[1],x[6],x[11],x[12]) QR(x[2],x[7],x[8],x[13]) QR(x[3],x[4],x[9],x[14]) }
    for(u32 i=0;i<16;i++) sum+=x[i]+in[i]; in[12]++; }
  return sum; }
ENTRY(4096,4000)
