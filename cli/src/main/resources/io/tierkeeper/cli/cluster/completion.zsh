#compdef tierkeeper
# Completes tierkeeper in zsh: source <(tierkeeper completion zsh)
_tierkeeper() {
  local line directive=4
  local -a candidates
  while IFS= read -r line; do
    case $line in
      :*) directive=${line#:} ;;
      *$'\t'*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) candidates+=("${line//:/\\:}") ;;
    esac
  done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${#candidates} )); then
    _describe 'tierkeeper' candidates
  elif [[ $directive == 0 ]]; then
    _files
  fi
}
compdef _tierkeeper tierkeeper
