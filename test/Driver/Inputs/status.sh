# status.sh EXPECTED COMMAND...: checks the exit status of a command.
expected=$1
shift
"$@" 2>/dev/null
status=$?
if [ $status -ne "$expected" ]; then
  echo "status $status instead of $expected" >&2
  exit 1
fi
