# complete.bash SCRIPT LINE...: what bash would offer at the end of each line; "> LINE" stands before it.
source "$1"
shift
for line in "$@"; do
  echo "> $line"
  read -ra COMP_WORDS <<<"${line//=/ = }"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=(left over)
  function=$(complete -p orderflow)
  function=${function#*-F }
  "${function% orderflow}" orderflow "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  [ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
done
