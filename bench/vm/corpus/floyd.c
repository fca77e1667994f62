/* floyd: shortest paths, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  i32*d=(i32*)mem; u32 s=17; for(u32 i=0;i<n*n;i++){ s=s*1664525+1013904223; d[i]=1+(i32)(s>>22); } for(u32 k=0;k<n;k++)for(u32 i=0;i<n;i++)for(u32 j=0;j<n;j++){ i32 t=d[i*n+k]+d[k*n+j]; if(t<d[i*n+j])d[i*n+j]=t; } u32 c=0; for(u32 i=0;i<n*n;i++)c=c*31+(u32)d[i]; return c; }
ENTRY(65536*2,100)
