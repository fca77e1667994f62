/* tokens: words of a small language, a state machine, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  static const char text[]="let x1 = (foo + 42) * bar; if x1 >= 10 { print(\"hello\", x1 - 0x1F); } // note\n"; u32 L=sizeof text-1; for(u32 i=0;i<n;i++)mem[i]=text[i%L];
  u32 ids=0,nums=0,ops=0,strs=0,h=0; for(u32 rep=0;rep<3;rep++)for(u32 i=0;i<n;){ u8 c=mem[i]; if(c==' '||c=='\n'){i++;continue;} if((c|32)>='a'&&(c|32)<='z'){ u32 b=i; while(i<n&&(((mem[i]|32)>='a'&&(mem[i]|32)<='z')||(mem[i]>='0'&&mem[i]<='9')||mem[i]=='_')){h=h*31+mem[i];i++;} ids+=i-b; }
    else if(c>='0'&&c<='9'){ u32 v=0; while(i<n&&((mem[i]>='0'&&mem[i]<='9')||((mem[i]|32)>='a'&&(mem[i]|32)<='x'))){v=v*10+(mem[i]&15);i++;} nums+=v; }
    else if(c=='"'){ i++; while(i<n&&mem[i]!='"')i++; i++; strs++; } else if(c=='/'&&i+1<n&&mem[i+1]=='/'){ while(i<n&&mem[i]!='\n')i++; } else if(c=='>'&&i+1<n&&mem[i+1]=='='){ops+=2;i+=2;} else {ops++;i++;} }
  return ids+nums*3+ops*5+strs*7+h; }
ENTRY(131072,60000)
