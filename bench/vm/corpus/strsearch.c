/* strsearch: find words in text, two ways, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*t=mem,*pat=mem+n+64; u32*fail=(u32*)(mem+n+256); u32 s=9,found=0; for(u32 i=0;i<n;i++){ s=s*1664525+1013904223; t[i]='a'+(s>>30); } u32 m=7; for(u32 i=0;i<m;i++) pat[i]=t[1000+i];
  for(u32 rep=0;rep<3;rep++){ fail[0]=0; for(u32 i=1,k=0;i<m;i++){ while(k&&pat[k]!=pat[i])k=fail[k-1]; if(pat[k]==pat[i])k++; fail[i]=k; }
    for(u32 i=0,k=0;i<n;i++){ while(k&&pat[k]!=t[i])k=fail[k-1]; if(pat[k]==t[i])k++; if(k==m){found++;k=fail[k-1];} }
    for(u32 i=0;i+m<=n;i++){ u32 j=0; while(j<m&&t[i+j]==pat[j])j++; found+=j==m; } }
  return found; }
ENTRY(131072*2,100000)
