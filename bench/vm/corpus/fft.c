/* fft: fast Fourier transform, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  double*re=(double*)mem,*im=re+n,*c=im+n,*sn=c+n/2; c[0]=1;sn[0]=0; double wr=0.99999995293809576,wi=0.00030679567628; wr=0.999995293809576; wi=0.003067956762966;
  for(u32 i=1;i<n/2;i++){ c[i]=c[i-1]*wr-sn[i-1]*wi; sn[i]=c[i-1]*wi+sn[i-1]*wr; } for(u32 i=0;i<n;i++){ re[i]=(double)(i32)(i%17)-8; im[i]=0; }
  for(u32 rep=0;rep<3;rep++){ for(u32 i=1,j=0;i<n;i++){ u32 b=n>>1; for(;j&b;b>>=1)j^=b; j^=b; if(i<j){ double t=re[i];re[i]=re[j];re[j]=t; t=im[i];im[i]=im[j];im[j]=t; } }
    for(u32 len=2;len<=n;len<<=1){ u32 h=len>>1,st=n/len; for(u32 i=0;i<n;i+=len)for(u32 k=0;k<h;k++){ double xr=re[i+k+h]*c[k*st]-im[i+k+h]*sn[k*st],xi=re[i+k+h]*sn[k*st]+im[i+k+h]*c[k*st]; re[i+k+h]=re[i+k]-xr;im[i+k+h]=im[i+k]-xi;re[i+k]+=xr;im[i+k]+=xi; } } }
  double q=0; for(u32 i=0;i<n;i+=8) q+=re[i]*re[i]; i32 e=0; while(q>1e6){q*=0.1;e++;} return (u64)(i64)(q*16)+e; }
ENTRY(2048*32,2048)
