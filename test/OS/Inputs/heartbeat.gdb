break heartbeat.flux.md:39
continue
backtrace 2
print n
delete
continue
