/* stencil: Jacobi iteration, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  double*a=(double*)mem,*b=a+n*n; for(u32 i=0;i<n*n;i++){a[i]=(double)(i32)(i%11);b[i]=a[i];}
  for(u32 t=0;t<24;t++){ for(u32 y=1;y+1<n;y++)for(u32 x=1;x+1<n;x++)b[y*n+x]=0.25*(a[y*n+x-1]+a[y*n+x+1]+a[(y-1)*n+x]+a[(y+1)*n+x]); double*q=a;a=b;b=q; }
  double s=0; for(u32 i=0;i<n*n;i++)s+=a[i]; return (u64)(i64)(s*100); }
ENTRY(128*128*16,120)
