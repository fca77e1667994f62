/* bst: binary search tree in arrays, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u32*key=(u32*)mem,*l=key+n+1,*r=l+n+1; u32 cnt=0,root=0,s=19,depth=0;
  for(u32 i=0;i<n;i++){ s=s*1664525+1013904223; u32 k=s>>8; u32 x=root,p=0,d=0; while(x){p=x;d++; if(k==key[x])break; x=k<key[x]?l[x]:r[x];} if(x)continue; key[++cnt]=k;l[cnt]=r[cnt]=0; if(!p)root=cnt; else if(k<key[p])l[p]=cnt; else r[p]=cnt; depth+=d; }
  u32 found=0; for(u32 i=0;i<n;i++){ u32 k=i*577; u32 x=root; while(x&&key[x]!=k)x=k<key[x]?l[x]:r[x]; found+=x!=0; } return depth+found; }
ENTRY(65536*8,25000)
