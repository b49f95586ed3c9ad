# complete.zsh SCRIPT LINE...: what zsh would offer at the end of each line; "> LINE" stands before it.
# Completion only works where somebody types, so an interactive zsh runs on a terminal of its own, and its compadd
# tells all that it is given.
zmodload zsh/zpty
here=$(mktemp -d)
export CAPTURE=$here/capture SCRIPT=$1
shift
: >$CAPTURE
cat >$here/setup <<'SETUP'
PROMPT= RPROMPT=
unsetopt beep
LISTMAX=10000
autoload -Uz compinit
compinit -D -u
source $SCRIPT
compadd() {
  local -a found
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    builtin compadd -O found "$@"
    print -rl -- $found >>$CAPTURE
  fi
  builtin compadd "$@"
}
offer() {
  print -r -- "> $BUFFER" >>$CAPTURE
  zle list-choices
  BUFFER=
  print -r -- DONE
}
zle -N offer
bindkey '^X' offer
bindkey '^I' self-insert
print READ''Y
SETUP
{
  zpty zsh zsh -f -i
  zpty -w zsh "source $here/setup"
  zpty -r -m zsh seen '*READY*' || exit 1
  for line in "$@"; do
    zpty -w -n zsh "$line"$'\x18'
    zpty -r -m zsh seen '*DONE*' || exit 1
  done
  zpty -d zsh
  # What was given in several groups, none of them empty.
  grep . $CAPTURE
} always {
  rm -rf $here
}
