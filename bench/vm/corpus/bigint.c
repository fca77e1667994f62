/* bigint: multiply large numbers, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u32*a=(u32*)mem,*b=a+n,*c=b+n; for(u32 i=0;i<n;i++){a[i]=i*2654435761u;b[i]=i*40503u+7;}
  for(u32 rep=0;rep<4;rep++){ for(u32 i=0;i<2*n;i++)c[i]=0; for(u32 i=0;i<n;i++){ u64 carry=0; for(u32 j=0;j<n;j++){ u64 t=(u64)a[i]*b[j]+c[i+j]+carry; c[i+j]=(u32)t; carry=t>>32; } c[i+n]=(u32)carry; } for(u32 i=0;i<n;i++)a[i]^=c[n+i]; }
  u32 s=0; for(u32 i=0;i<2*n;i++)s=s*31+c[i]; return s; }
ENTRY(65536,450)
