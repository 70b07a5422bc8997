# SPDX-License-Identifier: Apache-2.0
# Completes the command line of troupe in bash: source this file.

_troupe() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local commands="tree ps top nodes events dead-letters history quarantine
    restart stop drain kill spawn metrics trace bench certs node"
  local options="--node --name --tls-ca --tls-cert --tls-key --insecure
    --config --timeout --json --help"
  local command='' i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      --node | --name | --tls-ca | --tls-cert | --tls-key | --config | \
        --timeout)
        ((++i))
        ;;
      -*) ;;
      *)
        command=${COMP_WORDS[i]}
        break
        ;;
    esac
  done
  case $previous in
    --tls-ca | --tls-cert | --tls-key | --config | --otlp)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    --node | --name | --timeout | --on | -n | --lines | --collector)
      COMPREPLY=()
      return
      ;;
    --sort)
      mapfile -t COMPREPLY < \
        <(compgen -W 'age busy waiting restarts handled path' -- "$word")
      return
      ;;
  esac
  local words=$options
  case $command in
    '') words="$commands $options" ;;
    ps | top) words="$options --sort" ;;
    events) words="$options --follow --lines --on" ;;
    trace) words="$options --follow --lines --on --otlp --collector" ;;
    dead-letters) words="$options --lines --on" ;;
    quarantine) words="list show replay discard $options --on" ;;
    history | restart | stop | drain | kill) words="$options --on" ;;
    spawn | metrics) words="$options --on" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _troupe troupe
