# Completes tierkeeper in bash: source <(tierkeeper completion bash)
_tierkeeper() {
  local line directive=4
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=${line#:} ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "$directive" != 0 ]; then
    compopt +o default 2>/dev/null
  fi
}
complete -o default -F _tierkeeper tierkeeper
