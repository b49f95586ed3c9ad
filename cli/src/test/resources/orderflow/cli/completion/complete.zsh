# complete.zsh SCRIPT LINE...: prints "> LINE" and the completions that zsh offers at its end.
# Completion only works in an interactive shell, so zsh runs on its own terminal, and its compadd prints its arguments.
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
