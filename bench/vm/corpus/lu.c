/* lu: LU decomposition, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  double*a=(double*)mem; for(u32 i=0;i<n;i++)for(u32 j=0;j<n;j++)a[i*n+j]=(double)(i32)((i*7+j*13)%31)+(i==j?50.0:0.0);
  for(u32 k=0;k<n;k++)for(u32 i=k+1;i<n;i++){ double f=a[i*n+k]/a[k*n+k]; a[i*n+k]=f; for(u32 j=k+1;j<n;j++)a[i*n+j]-=f*a[k*n+j]; }
  double d=0; for(u32 i=0;i<n;i++)d+=a[i*n+i]; return (u64)(i64)(d*1000); }
ENTRY(128*128*8,110)
