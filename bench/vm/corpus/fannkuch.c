/* fannkuch: permutations that are flipped, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  i32*p=(i32*)mem,*q=p+16,*c=q+16; i32 maxf=0,sum=0; u32 r=n; i32 sign=1; for(u32 i=0;i<n;i++)p[i]=i;
  for(;;){ for(;r!=1;r--)c[r-1]=r; for(u32 i=0;i<n;i++)q[i]=p[i]; i32 f=0,k; while((k=q[0])!=0){ for(i32 i=0,j=k;i<j;i++,j--){i32 t=q[i];q[i]=q[j];q[j]=t;} f++; } if(f>maxf)maxf=f; sum+=sign*f; sign=-sign;
    for(;;){ if(r==n)return (u64)(sum*100+maxf); i32 f0=p[0]; for(u32 i=0;i<r;i++)p[i]=p[i+1]; p[r]=f0; if(--c[r]>0)break; r++; } } }
ENTRY(4096,8)
