/* heapsort: heap sort of 64-bit numbers, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  i64*a=(i64*)mem; u64 s=88172645463325252ull; for(u32 i=0;i<n;i++){ s^=s<<13;s^=s>>7;s^=s<<17; a[i]=(i64)(s>>1); }
  for(u32 k=n/2;k-->0;){ u32 i=k; i64 v=a[i]; for(;;){ u32 c=2*i+1; if(c>=n)break; if(c+1<n&&a[c]<a[c+1])c++; if(a[c]<=v)break; a[i]=a[c]; i=c; } a[i]=v; }
  for(u32 e=n;e-->1;){ i64 v=a[e]; a[e]=a[0]; u32 i=0; for(;;){ u32 c=2*i+1; if(c>=e)break; if(c+1<e&&a[c]<a[c+1])c++; if(a[c]<=v)break; a[i]=a[c]; i=c; } a[i]=v; }
  for(u32 i=1;i<n;i++) if(a[i-1]>a[i])return 0; return (u64)a[n/2]; }
ENTRY(65536*8,50000)
